/** Puts the parts of the page together. */
import type { UserSettings } from "../data/user_settings.ts";
import type { Palette } from "../render/display.ts";
import { Editor } from "../tools/editor.ts";
import type { Workspace } from "../tools/workspace.ts";
import { banner } from "./banner.ts";
import { CellsSection } from "./cells_section.ts";
import { ChannelPresets } from "./channel_presets.ts";
import { channelsSection } from "./channels_section.ts";
import { autoContrastAll, makeCommands } from "./commands.ts";
import { CompareBar, showSide } from "./compare_bar.ts";
import { ConflictPanel } from "./conflict_panel.ts";
import { DeletePanel } from "./delete_panel.ts";
import { doubtfulSection } from "./doubtful_section.ts";
import { fillFilmstrip } from "./filmstrip.ts";
import { foldable } from "./foldable.ts";
import { hintBar } from "./hint_bar.ts";
import { HistoryPanel } from "./history_panel.ts";
import { KeyBindings } from "./key_bindings.ts";
import { listenToKeys } from "./keyboard.ts";
import { showKeys } from "./keys_dialog.ts";
import { masksSection } from "./masks_section.ts";
import { notices } from "./notices.ts";
import { keepPlaceInUrl, showPlace } from "./place_in_url.ts";
import { qualitySection } from "./quality_section.ts";
import { readout } from "./readout.ts";
import { regionsSection } from "./regions_section.ts";
import { type GoTo, ReviewActions } from "./review_actions.ts";
import { warnBeforeLeaving } from "./saved_chip.ts";
import { scaleBar } from "./scale_bar.ts";
import { SessionDialog } from "./session_dialog.ts";
import { copyLink, saveScreenshot } from "./sharing.ts";
import type { Shell } from "./shell.ts";
import { toolOptions } from "./tool_options.ts";
import { fillToolRail } from "./tool_rail.ts";
import { fillTopBar, planeBar } from "./top_bar.ts";
import { tourSection } from "./tour_section.ts";
import { versionBanner } from "./version_banner.ts";

/** What a page needs that it does not make itself. */
export interface Surroundings {
  readonly palette: Palette;
  readonly goTo: GoTo;
}

export interface ViewerPage {
  readonly editor: Editor;
  /** The page is on the screen, until `left`; the address says which part of the image. */
  enter(search: string, left: AbortSignal): void;
}

export function openViewerPage(
  shell: Shell,
  workspace: Workspace,
  settings: UserSettings,
  { palette, goTo }: Surroundings,
): ViewerPage {
  const editor = new Editor(workspace, shell, palette);
  const presets = new ChannelPresets(workspace, settings);
  presets.recall();
  const verbs = new ReviewActions(editor, goTo);
  const log = new HistoryPanel(editor, palette);
  const cells = new CellsSection(editor);
  const scale = scaleBar(workspace);
  const deletion = new DeletePanel(editor);
  const conflict = new ConflictPanel(editor);
  const commands = makeCommands(editor, {
    showHelp: () => showKeys(bindings),
    toggleHistory: () => log.toggle(),
    toggleCompare: () => compare.toggle(),
    copyLink: () => void copyLink(editor),
    saveScreenshot: () => saveScreenshot(editor, scale),
    deleteByRule: () => deletion.open(),
    goToConflict: () => conflict.focus(),
    focusFilter: () => cells.filter.focus(),
    goTo,
    submit: () => {
      if (!editor.propagation.accept() && !editor.tool.finish()) void verbs.submit();
    },
  });
  const bindings = new KeyBindings(commands, settings);
  const compare = new CompareBar(editor);
  const toggles = { history: () => log.toggle(), compare: () => compare.toggle() };
  fillTopBar(shell.top, editor, verbs, toggles);
  showSide(shell, workspace);
  fillToolRail(shell.rail, editor, bindings);
  const tour = tourSection(workspace, settings);
  const quality = qualitySection(workspace);
  shell.panel.append(
    ...(tour ? [tour] : []),
    doubtfulSection(editor, bindings),
    foldable(
      channelsSection(workspace, presets.element, () => autoContrastAll(editor)),
      "channels",
      settings,
    ),
    foldable(masksSection(editor), "masks", settings),
    ...(quality ? [foldable(quality, "quality", settings)] : []),
    regionsSection(editor),
    cells.element,
  );
  shell.stage.append(
    banner(workspace),
    versionBanner(editor),
    compare.element,
    readout(workspace),
    hintBar(workspace, bindings),
    scale,
    ...(workspace.nSlices > 1 ? [planeBar(editor)] : []),
    conflict.element,
    notices(workspace),
    log.element,
    deletion.element,
    toolOptions(workspace, settings),
  );
  fillFilmstrip(shell.film, workspace);
  const enter = (search: string, left: AbortSignal) => {
    document.title = `${workspace.image.name} · Coverslip`;
    presets.recall();
    listenToKeys(editor, bindings, left);
    new SessionDialog(editor, left);
    warnBeforeLeaving(editor.sync.outbox.state, left);
    showPlace(workspace, search);
    editor.loader.refresh();
    keepPlaceInUrl(workspace, left);
    presets.remember();
  };
  return { editor, enter };
}
