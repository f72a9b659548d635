"""Files of microscope makers: Zeiss CZI, Nikon ND2, Leica LIF, and MRC of electron microscopes."""
