"""Run as a script: holds the embedded services, says so, and waits to be killed."""

from __future__ import annotations

import os
import time

from webapp.embedded.folders import open_data_folder
from webapp.embedded.services import hold, start_embedded

services = hold(open_data_folder(), "up")
start_embedded(services, is_told=False)
os.write(1, " ".join(str(child.pid) for child in services.children).encode() + b"\n")
while True:
    time.sleep(60)
