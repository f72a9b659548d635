/** The editor as a whole: workspace, canvas, tools and the way to the server. */
import { Signal } from "../model/signal.ts";
import type { Palette } from "../render/display.ts";
import { BringingBack } from "./bringing_back.ts";
import { BrushTool, EraserTool } from "./brush_tool.ts";
import { ChooseTool } from "./choose_tool.ts";
import { ClickTool } from "./click_tool.ts";
import { Comparing } from "./comparing.ts";
import { Conflicts } from "./conflicts.ts";
import { Copying } from "./copying.ts";
import { Editing } from "./editing.ts";
import { Finding } from "./finding.ts";
import { Glide } from "./glide.ts";
import { IgnoreTool } from "./ignore_tool.ts";
import { Intensities } from "./intensities.ts";
import { LassoTool } from "./lasso_tool.ts";
import { Marking } from "./marking.ts";
import { MergeTool } from "./merge_tool.ts";
import { PickTool } from "./pick_tool.ts";
import { Player } from "./player.ts";
import { PointerInput } from "./pointer_input.ts";
import { Propagation } from "./propagation.ts";
import { RedrawTool } from "./redraw_tool.ts";
import { Redrawing } from "./redrawing.ts";
import { ReplacedMasks } from "./replaced_masks.ts";
import { ReviewQueue } from "./review_queue.ts";
import { RulerTool } from "./ruler_tool.ts";
import { Shapes } from "./shapes.ts";
import { type PaneCanvases, SidePane } from "./side_pane.ts";
import { SideTool } from "./side_tool.ts";
import { Snapping } from "./snapping.ts";
import { SplitTool } from "./split_tool.ts";
import { Stage } from "./stage.ts";
import { Sync } from "./sync.ts";
import { TileLoader } from "./tile_loader.ts";
import { TimeTravel } from "./time_travel.ts";
import type { Tool } from "./tool.ts";
import type { ToolId, Workspace } from "./workspace.ts";

export interface Canvases {
  readonly holder: HTMLElement;
  readonly picture: HTMLCanvasElement;
  readonly overlay: HTMLCanvasElement;
  /** Those of the second picture. */
  readonly side: PaneCanvases;
}

export class Editor {
  readonly workspace: Workspace;
  readonly loader: TileLoader;
  readonly intensities: Intensities;
  readonly sync: Sync;
  readonly editing: Editing;
  readonly marking: Marking;
  readonly finding: Finding;
  readonly glide: Glide;
  readonly review: ReviewQueue;
  readonly travel: TimeTravel;
  readonly player: Player;
  readonly copying: Copying;
  readonly comparing: Comparing;
  readonly bringingBack: BringingBack;
  readonly replacedMasks: ReplacedMasks;
  readonly propagation: Propagation;
  readonly conflicts: Conflicts;
  readonly stage: Stage;
  readonly input: PointerInput;
  readonly #side: SidePane;
  readonly #tools: Readonly<Record<ToolId, Tool>>;
  /** The tool of the pen's tip, while its other end erases. */
  #tipTool: ToolId | null = null;

  constructor(workspace: Workspace, canvases: Canvases, palette: Palette) {
    this.workspace = workspace;
    this.loader = new TileLoader(workspace);
    const counted = new Signal(0);
    this.intensities = new Intensities(workspace, this.loader, counted);
    const shapes = new Shapes(workspace, this.loader, counted);
    workspace.addMeasures([...shapes.measures, ...this.intensities.measures]);
    this.sync = new Sync(workspace);
    this.editing = new Editing(workspace, this.loader, this.sync.pool);
    this.marking = new Marking(this.editing);
    this.finding = new Finding(this.editing);
    this.glide = new Glide(workspace);
    this.review = new ReviewQueue(workspace, this.glide);
    this.travel = new TimeTravel(workspace, this.editing, this.sync);
    this.player = new Player(workspace, this.loader);
    this.copying = new Copying(workspace, this.loader, this.editing);
    this.comparing = new Comparing(workspace, this.loader, this.copying);
    this.replacedMasks = new ReplacedMasks(workspace, this.comparing);
    this.bringingBack = new BringingBack(workspace, this.travel, this.copying);
    this.propagation = new Propagation(workspace, this.loader, this.editing);
    const { outbox } = this.sync;
    this.conflicts = new Conflicts(workspace, this.loader, this.editing, outbox, this.glide);
    this.travel.departing.listen(() => this.comparing.close());
    const snapping = new Snapping(workspace);
    this.#tools = {
      pick: new PickTool(workspace, this.comparing),
      click: new ClickTool(this.editing, this.finding),
      brush: new BrushTool(this.editing, snapping),
      eraser: new EraserTool(this.editing, snapping),
      lasso: new LassoTool(this.editing),
      redraw: new RedrawTool(this.editing, new Redrawing(this.editing), this.finding),
      split: new SplitTool(this.editing),
      merge: new MergeTool(this.editing),
      choose: new ChooseTool(workspace, this.comparing),
      ruler: new RulerTool(workspace),
      ignore: new IgnoreTool(this.editing, this.marking),
    };
    const tool = () => this.tool;
    const turnPen = (isErasing: boolean) => this.#turnPen(isErasing);
    this.stage = new Stage(workspace, this.loader, canvases, palette, tool);
    this.intensities.revision.listen(() => this.stage.repaint());
    this.stage.showProposals(this.propagation.preview);
    this.stage.showConflicts(this.conflicts);
    this.stage.watchSize(canvases.holder);
    const touch = () => this.stage.touch();
    this.input = new PointerInput(canvases.holder, workspace, this.glide, { tool, turnPen }, touch);
    this.#side = this.#openSide(canvases.side, palette);
    workspace.brush.listen(touch);
    workspace.pointer.listen((point) => point && this.sync.sendCursor(point));
    for (const plane of [workspace.t, workspace.z]) plane.listen(() => this.tool.cancel());
  }

  /** The second picture follows the first, and the pointer works in it too. */
  #openSide(canvases: PaneCanvases, palette: Palette): SidePane {
    const { workspace, comparing } = this;
    const pane = new SidePane(workspace, comparing, this.loader, canvases, palette);
    const tool = new SideTool(workspace, comparing);
    pane.overlay.listen(({ context, view }) => tool.draw(context, view));
    const touch = () => pane.touch();
    new PointerInput(canvases.holder, workspace, this.glide, { tool: () => tool }, touch);
    return pane;
  }

  /** Whether both pictures are whole, and a new cell could be drawn at once. */
  get isIdle(): boolean {
    const { canEdit } = this.workspace;
    const hasLabels = !canEdit || this.sync.pool.size > 0;
    return this.stage.isStill && this.#side.isStill && hasLabels;
  }

  /** The page shows another image. */
  releaseGraphics(): void {
    this.stage.releaseGraphics();
    this.#side.releaseGraphics();
  }

  get tool(): Tool {
    return this.#tools[this.workspace.tool.value];
  }

  useTool(id: ToolId): void {
    this.tool.cancel();
    this.workspace.tool.set(id);
    this.tool.chosen();
    this.input.updateCursor();
    this.stage.touch();
  }

  /** The other end of the pen erases, whatever the tool of its tip. */
  #turnPen(isErasing: boolean): void {
    const { tool } = this.workspace;
    if (isErasing && tool.value !== "eraser") {
      this.#tipTool = tool.value;
      this.useTool("eraser");
    } else if (!isErasing && this.#tipTool !== null) {
      this.useTool(this.#tipTool);
      this.#tipTool = null;
    }
  }

  undo(kind: "undo" | "redo"): void {
    if (!this.workspace.isDrawing.value) void this.editing.undo(kind);
  }

  /** Delete cells; during the review of doubtful ones go on to the next. */
  async deleteAndGoOn(labels: readonly number[]): Promise<void> {
    const focused = this.workspace.focus.value;
    await this.editing.deleteCells(labels);
    if (focused !== null && labels.includes(focused.label) && this.workspace.canEdit) {
      this.review.goAfter(focused);
    }
  }

  /** Copy the cells that are chosen in the version or result that is shown or compared. */
  async copyOver(): Promise<void> {
    if (this.travel.isAway) await this.bringingBack.run();
    else if (this.comparing.compared.value !== null) await this.comparing.copyPicked();
    else this.workspace.say("info", "Show an earlier version, or compare, and choose cells there.");
  }

  /** Let the model draw a cell anew from a click in its middle. */
  async findAgain(labels: readonly number[]): Promise<void> {
    const [label, ...others] = labels;
    if (label === undefined || others.length > 0) {
      this.workspace.say("info", "Point at the one cell that the model should find again.");
    } else await this.finding.again(label);
  }

  /** Escape: what was begun with the tool, an earlier version, the selection, then the tool. */
  leave(): void {
    const { selected, focus } = this.workspace;
    if (this.tool.cancel()) this.stage.touch();
    else if (this.propagation.cancel()) this.stage.touch();
    else if (this.travel.isAway) this.travel.back();
    else if (this.comparing.compared.value !== null) this.comparing.close();
    else if (selected.value.length > 0 || focus.value !== null) this.workspace.select([]);
    else this.useTool("pick");
  }
}
