/**
 * A synthetic culture, any size, computed pixel by pixel: one cell per square of a grid, moved and
 * deformed by hashes of its place. The same numbers always come out.
 */

/** A number 0..1 from whole numbers (the finalizer of MurmurHash3). */
function hash(...values) {
  let h = 0x9e3779b9;
  for (const value of values) {
    h = Math.imul(h ^ value, 0x85ebca6b);
    h ^= h >>> 13;
    h = Math.imul(h, 0xc2b2ae35);
    h ^= h >>> 16;
  }
  return (h >>> 0) / 2 ** 32;
}

export class Scene {
  /** `pitch`: about the distance between two cells in pixels. */
  constructor({ height, width, pitch, n_frames = 1, n_slices = 1, n_channels = 1, density = 0.8 }) {
    Object.assign(this, { height, width, pitch, n_frames, n_slices, n_channels, density });
    this.n_rows = Math.floor(height / pitch);
    this.n_cols = Math.floor(width / pitch);
    this.cells = new Map();
  }

  cell(row, col, t) {
    if (row < 0 || col < 0 || row >= this.n_rows || col >= this.n_cols) return null;
    if (hash(row, col, 1) > this.density) return null;
    const key = (t * this.n_rows + row) * this.n_cols + col;
    if (!this.cells.has(key)) this.cells.set(key, this.makeCell(row, col, t));
    return this.cells.get(key);
  }

  makeCell(row, col, t) {
    const { pitch } = this;
    const radius = pitch * (0.26 + 0.24 * hash(row, col, 2));
    const drift = t * pitch * 0.03;
    return {
      label: row * this.n_cols + col + 1,
      y: (row + 0.35 + 0.3 * hash(row, col, 3)) * pitch + drift * (hash(row, col, 8) - 0.5),
      x: (col + 0.35 + 0.3 * hash(row, col, 4)) * pitch + drift * (hash(row, col, 9) - 0.5),
      radius,
      angle: Math.PI * hash(row, col, 5),
      stretch: 1 + 0.9 * hash(row, col, 6),
      bumps: 2 + Math.floor(3 * hash(row, col, 7)),
      phase: 6.28 * hash(row, col, 10),
      glow: 0.35 + 0.65 * hash(row, col, 11),
      confidence: Math.round(100 * (1 - 0.9 * hash(row, col, 12) ** 2.5)) / 100,
    };
  }

  /** The cell whose rim is nearest in its own measure, and that measure: 1 on the rim, 0 inside. */
  nearest(y, x, t) {
    const row = Math.floor(y / this.pitch);
    const col = Math.floor(x / this.pitch);
    let best = null;
    let bestDepth = 9;
    for (let r = row - 1; r <= row + 1; r++) {
      for (let c = col - 1; c <= col + 1; c++) {
        const cell = this.cell(r, c, t);
        if (cell === null) continue;
        const reach = 2 * cell.radius;
        if (Math.abs(y - cell.y) > reach || Math.abs(x - cell.x) > reach) continue;
        const depth = depthIn(cell, y, x);
        if (depth < bestDepth) [best, bestDepth] = [cell, depth];
      }
    }
    return [best, bestDepth];
  }

  /** Cells are smaller in the outer slices, and have numbers of their own in every plane. */
  label(y, x, t, z = 0) {
    if (y >= this.height || x >= this.width) return 0;
    const [cell, depth] = this.nearest(y, x, t);
    return cell === null || depth >= this.reach(z) ? 0 : this.number(cell, t, z);
  }

  number(cell, t, z) {
    return cell.label + (t * this.n_slices + z) * this.n_rows * this.n_cols;
  }

  reach(z) {
    return 1 - 0.16 * Math.abs(z - Math.floor(this.n_slices / 2));
  }

  /** Phase contrast in channel 0, a nuclear stain in 1, a cytoplasmic one in 2, dots in 3. */
  intensity(y, x, t, c, z = 0) {
    if (y >= this.height || x >= this.width) return 0;
    const [cell, ownDepth] = this.nearest(y, x, t);
    const depth = ownDepth / this.reach(z);
    const noise = hash(y, x, t, c + 20 + 40 * z);
    const inside = cell !== null && depth < 1 ? 1 - depth : 0;
    if (c === 0) {
      const shade = 2600 * Math.sin(y / 900) * Math.cos(x / 1100);
      const halo = depth < 1.35 ? 9000 * Math.exp(-(((depth - 1.06) / 0.09) ** 2)) : 0;
      const grain = cell ? 2600 * inside * Math.sin(y / 3.1) * Math.sin(x / 2.7) : 0;
      return 26000 + shade + halo + grain - 9000 * Math.sqrt(inside) + 2400 * noise;
    }
    if (c === 1) {
      return 900 + 420 * noise + (depth < 0.42 ? 21000 * cell.glow * (0.42 - depth) ** 0.5 : 0);
    }
    if (c === 2) return 700 + 380 * noise + 9000 * (cell?.glow ?? 0) * inside ** 0.7;
    const dot = hash(y >> 1, x >> 1, 77) > 0.985 && inside > 0.1 ? 16000 : 0;
    return 600 + 300 * noise + dot;
  }

  /** Rows of `/objects`: exact for small scenes, from the shape of the cells for large ones. */
  objects() {
    this.rows ??= this.height * this.width > 1e6 ? this.estimatedObjects() : this.countedObjects();
    return this.rows;
  }

  countedObjects() {
    const rows = new Map();
    for (let t = 0; t < this.n_frames; t++) {
      for (let z = 0; z < this.n_slices; z++) {
        for (let y = 0; y < this.height; y++) {
          for (let x = 0; x < this.width; x++) this.countPixel(rows, y, x, t, z);
        }
      }
    }
    return [...rows.values()];
  }

  countPixel(rows, y, x, t, z) {
    const label = this.label(y, x, t, z);
    if (label === 0) return;
    const { confidence } = this.nearest(y, x, t)[0];
    const key = `${t}/${z}/${label}`;
    const row = rows.get(key) ?? [label, t, z, y, x, y + 1, x + 1, 0, confidence];
    row[4] = Math.min(row[4], x);
    row[5] = y + 1;
    row[6] = Math.max(row[6], x + 1);
    row[7]++;
    rows.set(key, row);
  }

  estimatedObjects() {
    const rows = [];
    for (let t = 0; t < this.n_frames; t++) {
      for (let row = 0; row < this.n_rows; row++) {
        for (let col = 0; col < this.n_cols; col++) {
          const cell = this.cell(row, col, t);
          if (cell) rows.push(this.objectRow(cell, t));
        }
      }
    }
    return rows;
  }

  objectRow(cell, t) {
    const reach = cell.radius * Math.sqrt(cell.stretch) * 1.3;
    const y0 = Math.max(0, Math.floor(cell.y - reach));
    const x0 = Math.max(0, Math.floor(cell.x - reach));
    const y1 = Math.min(this.height, Math.ceil(cell.y + reach));
    const x1 = Math.min(this.width, Math.ceil(cell.x + reach));
    const area = Math.round(3.14 * cell.radius ** 2);
    return [this.number(cell, t, 0), t, 0, y0, x0, y1, x1, area, cell.confidence];
  }
}

function depthIn(cell, y, x) {
  const [dy, dx] = [y - cell.y, x - cell.x];
  const along = (dx * Math.cos(cell.angle) + dy * Math.sin(cell.angle)) / Math.sqrt(cell.stretch);
  const across = (dy * Math.cos(cell.angle) - dx * Math.sin(cell.angle)) * Math.sqrt(cell.stretch);
  const theta = Math.atan2(across, along);
  const rim = cell.radius * (1 + 0.14 * Math.sin(cell.bumps * theta + cell.phase));
  return Math.hypot(along, across) / rim;
}

/** Levels of a pyramid, each half of the one before, until both sides fit into a tile. */
export function levelsOf(height, width, tileSize) {
  const levels = [{ level: 0, height, width }];
  while (levels.at(-1).height > tileSize || levels.at(-1).width > tileSize) {
    const last = levels.at(-1);
    levels.push({
      level: last.level + 1,
      height: Math.ceil(last.height / 2),
      width: Math.ceil(last.width / 2),
    });
  }
  return levels;
}
