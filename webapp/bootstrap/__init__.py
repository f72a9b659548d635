"""Set-up before anything is installed: standard library only, in every file of this folder."""
