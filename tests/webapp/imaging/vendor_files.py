"""Small valid files of microscope makers, written for the tests: CZI, ND2, LIF and MRC."""

from __future__ import annotations

import itertools
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import imagecodecs
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[Any]


def made_up(shape: tuple[int, ...], dtype: str = "uint16", seed: int = 1) -> Pixels:
    """Pixels that differ everywhere."""
    top = 255 if dtype == "uint8" else 60_000
    return np.random.default_rng(seed).integers(0, top, shape).astype(dtype)


def write_mrc(
    path: Path, pixels: Pixels, *, order: str = "<", angstrom: float = 2.0, **words: int
) -> Path:
    """Sections (Z, Y, X) behind a header; `words` set single words: word_23=1 is the volume."""
    modes = {"int8": 0, "int16": 1, "float32": 2, "uint16": 6, "float16": 12}
    n_sections, height, width = pixels.shape
    header = bytearray(1024)
    struct.pack_into(f"{order}4i", header, 0, width, height, n_sections, modes[pixels.dtype.name])
    struct.pack_into(f"{order}3i", header, 28, width, height, n_sections)
    cell = (width * angstrom, height * angstrom, n_sections * 2 * angstrom)
    struct.pack_into(f"{order}3f", header, 40, *cell)
    header[208:216] = b"MAP " + (b"\x44\x44\x00\x00" if order == "<" else b"\x11\x11\x00\x00")
    for name, value in words.items():
        struct.pack_into(f"{order}i", header, 4 * (int(name.removeprefix("word_")) - 1), value)
    (n_extended,) = struct.unpack_from(f"{order}i", header, 92)
    data = pixels.astype(pixels.dtype.newbyteorder(order)).tobytes()
    path.write_bytes(bytes(header) + bytes(n_extended) + data)
    return path


# ND2 ------------------------------------------------------------------------------------------


def _variant(name: str, value: Any) -> bytes:
    """One named value of an ND2 description."""
    letters = (name + "\x00").encode("utf-16-le") if name else b""
    kinds: tuple[tuple[type, int, str], ...] = ((bool, 1, "<?"), (float, 6, "<d"), (int, 3, "<I"))

    def head(kind: int) -> bytes:
        return bytes([kind, len(letters) // 2]) + letters

    if isinstance(value, str):
        return head(8) + (value + "\x00").encode("utf-16-le")
    if isinstance(value, bytes):
        return head(9) + struct.pack("<Q", len(value)) + value
    if isinstance(value, (dict, list)):
        pairs = value.items() if isinstance(value, dict) else [("", one) for one in value]
        content = b"".join(_variant(*pair) for pair in pairs)
        start = head(11)
        length = len(start) + 12 + len(content)
        return start + struct.pack("<IQ", len(value), length) + content + bytes(8 * len(value))
    for kind, number, form in kinds:
        if isinstance(value, kind):
            return head(number) + struct.pack(form, value)
    raise TypeError(type(value))


def _nest(loops: Sequence[dict[str, Any]]) -> dict[str, Any]:
    first, *others = loops
    return {**first, "ppNextLevelEx": [_nest(others)]} if others else first


def time_loop(count: int, period_ms: float) -> dict[str, Any]:
    told = {"uiCount": count, "dStart": 0.0, "dPeriod": period_ms, "dDuration": 0.0}
    return {"eType": 1, "uLoopPars": told}


def slice_loop(count: int, step_um: float) -> dict[str, Any]:
    return {"eType": 4, "uLoopPars": {"uiCount": count, "dZStep": step_um}}


def position_loop(names: list[str], valid: bytes = b"") -> dict[str, Any]:
    points = [{"dPosX": 1.0, "dPosName": name} for name in names]
    return {"eType": 2, "uLoopPars": {"Points": points}, "pItemValid": valid}


@dataclass
class Nd2:
    """Frames (N, Y, X, C) in the order of `loops`, the outermost first."""

    frames: Pixels
    loops: Sequence[dict[str, Any]] = ()
    is_packed: bool = False
    compression: int = 2
    is_color: bool = False
    version: bytes = b"Ver3.0"
    n_written: int | None = None

    def write(self, path: Path) -> Path:
        """Chunks, then the map of them."""
        places: dict[bytes, int] = {}
        content = bytearray(self._chunk(b"ND2 FILE SIGNATURE CHUNK NAME01!", self.version, 64))
        for name, data in self._chunks():
            places[name] = len(content)
            content += self._chunk(name, data)
        map_at = len(content)
        listed = b"".join(name + struct.pack("<QQ", at, 1) for name, at in places.items())
        end = b"ND2 CHUNK MAP SIGNATURE 0000001!"
        content += self._chunk(b"ND2 FILEMAP SIGNATURE NAME 0001!", listed + end + bytes(16))
        content += end + struct.pack("<Q", map_at)
        path.write_bytes(content)
        return path

    @staticmethod
    def _chunk(name: bytes, data: bytes, n_bytes: int = 0) -> bytes:
        data = data.ljust(n_bytes, b"\x00")
        n_name = len(name) if n_bytes else 4096 - 24
        head = struct.pack("<IIQ", 0x0ABECEDA, n_name, len(data))
        return head + name.ljust(n_name, b"\x00") + data

    def _chunks(self) -> list[tuple[bytes, bytes]]:
        _, height, width, n_samples = self.frames.shape
        size = self.frames.dtype.itemsize
        attributes = {
            "uiWidth": width,
            "uiWidthBytes": width * n_samples * size,
            "uiHeight": height,
            "uiComp": n_samples,
            "uiBpcInMemory": 8 * size,
            "uiBpcSignificant": 8 * size,
            "uiSequenceCount": len(self.frames),
            "eCompression": 0 if self.is_packed else self.compression,
        }
        named = [{"sDescription": f"Dye {c}", "uiColor": 0x00FF00, "uiCompCount": 1} for c in "AB"]
        planes = [{"sDescription": "RGB", "uiCompCount": 3}] if self.is_color else named[:n_samples]
        described = {
            "bCalibrated": True,
            "dCalibration": 0.325,
            "wsObjectiveName": "Plan Apo 20x",
            "sPicturePlanes": {
                "uiCount": len(planes),
                "sPlaneNew": {f"a{number}": one for number, one in enumerate(planes)},
            },
        }
        chunks = [
            (b"ImageAttributesLV!", _variant("SLxImageAttributes", attributes)),
            (b"ImageMetadataSeqLV|0!", _variant("SLxPictureMetadata", described)),
            (b"ImageTextInfoLV!", _variant("SLxImageTextInfo", {"TextInfoItem_5": ND2_NOTES})),
        ]
        if self.loops:
            chunks.append((b"ImageMetadataLV!", _variant("SLxExperiment", _nest(self.loops))))
        for number, frame in enumerate(self.frames[: self.n_written]):
            data = frame.tobytes()
            data = bytes(8) + (zlib.compress(data) if self.is_packed else data)
            chunks.append((f"ImageDataSeq|{number}!".encode(), data))
        return chunks


ND2_NOTES = (
    "Metadata:\r\nCamera Name: Flash4.0, SN:101412\r\nMicroscope Settings:   Microscope: "
    "Ti2 Microscope\r\n  Modality: Widefield Fluorescence\r\n"
)


# LIF ------------------------------------------------------------------------------------------


@dataclass
class LifImage:
    """One image: pixels in the order of `axes`, C for channels, S for colors together."""

    name: str
    pixels: Pixels
    axes: str
    child_of: str = "Project"


_LIF_DIMENSIONS = {"X": 1, "Y": 2, "Z": 3, "T": 4, "L": 5, "M": 10}


def _lif_element(number: int, image: LifImage) -> str:
    sizes = dict(zip(image.axes, image.pixels.shape, strict=True))
    steps = dict(zip(image.axes, image.pixels.strides, strict=True))
    units = {"X": (1e-6, "m"), "Y": (1e-6, "m"), "Z": (2e-6, "m"), "T": (30.0, "s")}
    dimensions = "".join(
        f'<DimensionDescription DimID="{_LIF_DIMENSIONS[a]}" NumberOfElements="{sizes[a]}" '
        f'Origin="0" Length="{units.get(a, (1.0, ""))[0] * (sizes[a] - 1)}" '
        f'Unit="{units.get(a, (1.0, ""))[1]}" BitInc="0" BytesInc="{steps[a]}"/>'
        for a in reversed(image.axes)
        if a in _LIF_DIMENSIONS
    )
    axis = "S" if "S" in sizes else "C"
    tables, tags = ("Green", "Red", "Blue"), (3, 2, 1) if axis == "S" else (0, 0, 0)
    channels = "".join(
        f'<ChannelDescription DataType="0" ChannelTag="{tags[c]}" '
        f'Resolution="{8 * image.pixels.dtype.itemsize}" NameOfMeasuredQuantity="" Min="0" '
        f'Max="1" Unit="" LUTName="{tables[c]}" IsLUTInverted="0" '
        f'BytesInc="{c * steps.get(axis, 0)}" BitInc="0"><ChannelProperty><Key>DyeName</Key>'
        f"<Value>Dye {c}</Value></ChannelProperty></ChannelDescription>"
        for c in range(sizes.get(axis, 1))
    )
    return (
        f"<Element Name={quoteattr(image.name)}><Data><Image><ImageDescription>"
        f"<Channels>{channels}</Channels><Dimensions>{dimensions}</Dimensions></ImageDescription>"
        '<Attachment Name="HardwareSetting"><ATLConfocalSettingDefinition '
        'SystemTypeName="TCS SP8" MicroscopeModel="DMI8-CS" DataSourceTypeName="Confocal" '
        'ObjectiveName="HC PL APO  63x/1.40 OIL"/></Attachment></Image></Data>'
        f'<Memory Size="{image.pixels.nbytes}" MemoryBlockID="MemBlock_{number}"/></Element>'
    )


def write_lif(path: Path, images: Sequence[LifImage], version: int = 2) -> Path:
    """A header with XML, then a block for each image."""
    elements = "".join(_lif_element(number, image) for number, image in enumerate(images))
    text = (
        f'<LMSDataContainerHeader Version="{version}"><Element Name="Project"><Children>'
        f"{elements}</Children></Element></LMSDataContainerHeader>"
    ).encode("utf-16-le")
    content = struct.pack("<IIBI", 0x70, len(text) + 5, 0x2A, len(text) // 2) + text
    for number, image in enumerate(images):
        name = f"MemBlock_{number}".encode("utf-16-le")
        form = "<BQBI" if version == 2 else "<BIBI"
        head = struct.pack(form, 0x2A, image.pixels.nbytes, 0x2A, len(name) // 2) + name
        content += struct.pack("<II", 0x70, len(head)) + head + image.pixels.tobytes()
    path.write_bytes(content)
    return path


# CZI ------------------------------------------------------------------------------------------


@dataclass
class CziTile:
    """Pixels (Y, X) or (Y, X, samples) with their place; `at` has X and Y and more letters."""

    pixels: Pixels
    at: dict[str, int]
    packing: str = ""
    shrunk_by: int = 1


_CZI_COMPRESSION = {"": 0, "lzw": 2, "jpegxr": 4, "zstd": 5, "zstd1": 6, "shuffled": 6, "raw": 1001}

CZI_XML = """<ImageDocument><Metadata><Information><Image><ObjectiveSettings>
<ObjectiveRef Id="Objective:2"/></ObjectiveSettings><Dimensions><Channels>
<Channel Id="Channel:0" Name="DAPI"><ContrastMethod>Fluorescence</ContrastMethod>
<AcquisitionMode>WideField</AcquisitionMode><DetectorSettings><Detector Id="Detector:1"/>
</DetectorSettings></Channel><Channel Id="Channel:1" Name="GFP"/></Channels>
<T><Positions><Interval><Increment>15</Increment></Interval></Positions></T>
<S><Scenes><Scene Index="0" Name="A1"/><Scene Index="1" Name="B2"/></Scenes></S>
</Dimensions></Image><Instrument><Objectives><Objective Id="Objective:1" Name="5x"/>
<Objective Id="Objective:2" Name="Plan-Apochromat 20x/0.8"/></Objectives>
<Microscopes><Microscope><System>Axio Observer.Z1 / 7</System></Microscope></Microscopes>
<Detectors><Detector Id="Detector:0" Name="PMT"/><Detector Id="Detector:1"><Manufacturer>
<Model>Axiocam 506</Model></Manufacturer></Detector></Detectors></Instrument>
</Information><DisplaySetting><Channels><Channel Id="Channel:0"><Color>#FF0000FF</Color></Channel>
<Channel Id="Channel:1"><Color>#FF00FF5B</Color></Channel></Channels></DisplaySetting>
<Scaling><Items><Distance Id="X"><Value>3.25E-07</Value></Distance>
<Distance Id="Y"><Value>3.25E-07</Value></Distance><Distance Id="Z"><Value>1E-06</Value></Distance>
</Items></Scaling></Metadata></ImageDocument>"""


def _packed(tile: CziTile) -> bytes:
    data = np.ascontiguousarray(tile.pixels)
    raw = data.tobytes()
    if tile.packing == "zstd":
        return imagecodecs.zstd_encode(raw)
    if tile.packing == "zstd1":
        return b"\x01" + imagecodecs.zstd_encode(raw)
    if tile.packing == "shuffled":
        halves = data.view(np.uint8).reshape(-1, 2).T.tobytes()
        return b"\x03\x01\x01" + imagecodecs.zstd_encode(halves)
    if tile.packing == "jpegxr":
        return imagecodecs.jpegxr_encode(data, level=1.0)
    if tile.packing == "lzw":
        return imagecodecs.lzw_encode(raw)
    return raw


def _czi_entry(tile: CziTile, position: int) -> bytes:
    pixel_types = {("uint8", 2): 0, ("uint16", 2): 1, ("float32", 2): 2, ("uint8", 3): 3}
    pixel_type = pixel_types[tile.pixels.dtype.name, tile.pixels.ndim]
    height, width = tile.pixels.shape[:2]
    sizes = {"X": width * tile.shrunk_by, "Y": height * tile.shrunk_by}
    stored = {"X": width, "Y": height}
    entry = struct.pack(
        "<2siqiiB5xi",
        b"DV",
        pixel_type,
        position,
        0,
        _CZI_COMPRESSION[tile.packing],
        2 if tile.shrunk_by > 1 else 0,
        len(tile.at),
    )
    for letter, start in tile.at.items():
        size = sizes.get(letter, 1)
        entry += struct.pack("<4siifi", letter.encode(), start, size, 0.0, stored.get(letter, size))
    return entry


def _segment(name: bytes, content: bytes) -> bytes:
    return struct.pack("<16sQQ", name, len(content), len(content)) + content


def write_czi(path: Path, tiles: Sequence[CziTile], xml: str = CZI_XML) -> Path:
    """Header, tiles, description, directory."""
    content = bytearray(544)
    entries = b""
    for tile in tiles:
        position, data = len(content), _packed(tile)
        entry = _czi_entry(tile, position)
        head = (struct.pack("<iiq", 7, 0, len(data)) + entry).ljust(256, b"\x00")
        content += _segment(b"ZISRAWSUBBLOCK", head + b"<META/>" + data)
        entries += entry
    described = xml.encode()
    metadata_at = len(content)
    head = struct.pack("<ii", len(described), 0).ljust(256, b"\x00")
    content += _segment(b"ZISRAWMETADATA", head + described)
    directory_at = len(content)
    listed = struct.pack("<i", len(tiles)).ljust(128, b"\x00") + entries
    content += _segment(b"ZISRAWDIRECTORY", listed)
    header = struct.pack(
        "<iiii16s16siqqiq", 1, 0, 0, 0, b"", b"", 0, directory_at, metadata_at, 0, 0
    )
    content[:544] = _segment(b"ZISRAWFILE", header.ljust(512, b"\x00"))
    path.write_bytes(content)
    return path


def czi_planes(pixels: Pixels, **fixed: Any) -> list[CziTile]:
    """A tile for every plane of (T, C, Z, Y, X)."""
    packing = fixed.pop("packing", "")
    return [
        CziTile(pixels[t, c, z], {"X": 0, "Y": 0, "C": c, "Z": z, "T": t, **fixed}, packing)
        for t, c, z in itertools.product(*map(range, pixels.shape[:3]))
    ]
