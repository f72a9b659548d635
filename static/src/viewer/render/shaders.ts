/**
 * The three passes of a frame (GLSL ES 3.00):
 *
 * 1. image tiles -> picture (RGBA8, as large as the screen): every visible channel of a tile in
 *    one pass, each with its colour, window and gamma, added up;
 * 2. label tiles -> label screen (R32UI): which object every screen pixel shows;
 * 3. both -> canvas: outlines and fills. Neighbours are looked up on the label screen, so an
 *    outline has the same width at every zoom and no seam where two tiles meet.
 */

/**
 * The texel is counted from the place on the screen, not interpolated between the corners of the
 * tile: graphics cards move corners by up to a sixteenth of a pixel.
 */
export const TILE_VERTEX = `#version 300 es
layout(location = 0) in vec2 corner;
uniform vec4 u_screen; // left, bottom, width, height in clip space
void main() {
  gl_Position = vec4(u_screen.xy + corner * u_screen.zw, 0.0, 1.0);
}`;

const TEXEL = `uniform vec4 u_texels; // the texel at the corner of the screen, texels per pixel
vec2 texel() { return u_texels.xy + gl_FragCoord.xy * u_texels.zw; }`;

export interface ImageVariant {
  readonly nChannels: number;
  readonly isFloat: boolean;
  /** Interpolate between the four nearest pixels. */
  readonly isSmooth: boolean;
  /** Some channel has a gamma other than 1. */
  readonly hasGamma: boolean;
}

export function imageFragment({ nChannels, isFloat, isSmooth, hasGamma }: ImageVariant): string {
  const sampler = isFloat ? "sampler2D" : "usampler2D";
  const channels = Array.from({ length: nChannels }, (_, index) => index);
  return `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;
precision highp usampler2D;
${channels.map((c) => `uniform ${sampler} u_tile${c};`).join("\n")}
uniform vec3 u_color[${nChannels}];
uniform vec3 u_window[${nChannels}]; // low, 1 / (high - low), 1 / gamma
uniform ivec2 u_last; // the last filled texel of the tile
${TEXEL}
out vec4 color;
float shade(float value, vec3 window) {
  float part = clamp((value - window.x) * window.y, 0.0, 1.0);
  return ${hasGamma ? "pow(part, window.z)" : "part"};
}
void main() {
  vec3 sum = vec3(0.0);
  ${isSmooth ? SMOOTH_PLACE : "ivec2 p = clamp(ivec2(floor(texel())), ivec2(0), u_last);"}
  ${channels.map((c) => `sum += u_color[${c}] * shade(${valueIn(c, isSmooth)}, u_window[${c}]);`).join("\n  ")}
  color = vec4(min(sum, 1.0), 1.0);
}`;
}

const SMOOTH_PLACE = `vec2 q = texel() - 0.5;
  vec2 f = fract(q);
  ivec2 a = clamp(ivec2(floor(q)), ivec2(0), u_last);
  ivec2 b = clamp(ivec2(floor(q)) + 1, ivec2(0), u_last);`;

function valueIn(channel: number, isSmooth: boolean): string {
  const at = (place: string) => `float(texelFetch(u_tile${channel}, ${place}, 0).r)`;
  if (!isSmooth) return at("p");
  const top = `mix(${at("a")}, ${at("ivec2(b.x, a.y)")}, f.x)`;
  const bottom = `mix(${at("ivec2(a.x, b.y)")}, ${at("b")}, f.x)`;
  return `mix(${top}, ${bottom}, f.y)`;
}

export const LABEL_FRAGMENT = `#version 300 es
precision highp float;
precision highp int;
precision highp usampler2D;
uniform usampler2D u_tile;
uniform ivec2 u_last;
${TEXEL}
out uint label;
void main() {
  label = texelFetch(u_tile, clamp(ivec2(floor(texel())), ivec2(0), u_last), 0).r;
}`;

export const SCREEN_VERTEX = `#version 300 es
layout(location = 0) in vec2 corner;
void main() {
  gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
}`;

/** A power of two, so that a label is split into column and row without a division. */
const PAINT_WIDTH_BITS = 11;
export const PAINT_TEXTURE_WIDTH = 2 ** PAINT_WIDTH_BITS;

/** What the last pass must be able to do; what it cannot do costs nothing. */
export interface CompositeVariant {
  readonly hasMasks: boolean;
  /** Another label image is compared. */
  readonly hasOther: boolean;
  readonly hasSelection: boolean;
  /** Some label is not drawn in its own colour. */
  readonly hasPaint: boolean;
  /** Thinner outlines, as the view is moving. */
  readonly isCoarse: boolean;
}

/**
 * The colour of a label is counted as in model/label_color.ts; the fourth byte of a paint is read
 * as model/mask_paint.ts writes it.
 *
 * Graphics drawn in software run both sides of every "if", for all pixels; only a loop of no rounds
 * is really skipped. So what most pixels do not need is written as a loop of one round, and whole
 * numbers are never divided. Code that never runs makes the rest slower, so it is left out: that
 * alone makes the pass three times as fast.
 */
export function compositeFragment(variant: CompositeVariant): string {
  const { hasMasks, hasOther, hasSelection, hasPaint, isCoarse } = variant;
  return `#version 300 es
#define HAS_MASKS ${Number(hasMasks)}
#define HAS_OTHER ${Number(hasMasks && hasOther)}
#define HAS_SELECTION ${Number(hasSelection)}
#define HAS_PAINT ${Number(hasPaint)}
#define IS_COARSE ${Number(isCoarse)}
${COMPOSITE_BODY}`;
}

const COMPOSITE_BODY = `precision highp float;
precision highp int;
precision highp usampler2D;
uniform sampler2D u_picture;
uniform usampler2D u_labels;
uniform usampler2D u_paint;       // label -> red, green, blue, look
uniform usampler2D u_others;      // the label image that is compared, and its paint
uniform usampler2D u_other_paint;
uniform float u_filled;           // 1 when cells are filled, 0 when they have outlines only
uniform float u_opacity;
uniform int u_step;               // device pixels per CSS pixel
uniform vec3 u_palette[8];
uniform usampler2D u_selected;    // a bit for every label, see model/selection_bits.ts
uniform uint u_hovered;
uniform ivec2 u_last;             // the last pixel of the screen
uniform ivec2 u_anchor;           // where hatchings begin; it moves with the picture
out vec4 color;

const uint DIMMED = 1u, LIT = 2u, HATCHED = 4u, CROSSED = 8u, DASHED = 16u, PICKED = 32u;
const uint COLORED = 128u;

// Not zero where one of the four pixels at distance d shows another label.
uint rim_at(usampler2D labels, ivec2 p, uint label, int d) {
  return (texelFetch(labels, p + ivec2(d, 0), 0).r ^ label)
       | (texelFetch(labels, p - ivec2(d, 0), 0).r ^ label)
       | (texelFetch(labels, p + ivec2(0, d), 0).r ^ label)
       | (texelFetch(labels, p - ivec2(0, d), 0).r ^ label);
}
uvec4 paint_of(usampler2D paints, uint label) {
  ivec2 place = ivec2(int(label & ${PAINT_TEXTURE_WIDTH - 1}u), int(label >> ${PAINT_WIDTH_BITS}));
  return place.y < textureSize(paints, 0).y ? texelFetch(paints, place, 0) : uvec4(0u);
}
bool is_selected(uint label) {
  uvec4 bits = paint_of(u_selected, label >> 5u);
  return ((bits[(label >> 3u) & 3u] >> (label & 7u)) & 1u) == 1u;
}
bool has(uvec4 paint, uint look) { return (paint.a & look) != 0u; }
vec3 color_of(uint label, uvec4 paint) {
  if (has(paint, COLORED)) return vec3(paint.rgb) / 255.0;
  return u_palette[(label * 0x9e3779b1u) >> 29];
}
// 1 on the lines that return every "period" pixels and are "width" pixels wide.
bool is_on_line(int place, float width, float period) {
  // Half a pixel less, as a quotient is never exact.
  return fract(float(place) / period) * period < width - 0.5;
}
// How strongly a hatching covers a pixel.
float hatching(ivec2 p, uvec4 paint) {
  float width = float(2 * u_step);
  bool rising = has(paint, HATCHED | CROSSED) && is_on_line(p.x + p.y, width, 4.0 * width);
  bool falling = has(paint, CROSSED) && is_on_line(p.x - p.y, width, 4.0 * width);
  bool wide = has(paint, DASHED) && is_on_line(p.x - p.y, width, 6.0 * width);
  return rising || falling ? 1.0 : wide ? 0.6 : 0.0;
}
// 0 in the gaps of a dashed outline.
float dashes(ivec2 p, uvec4 paint) {
  float width = float(4 * u_step);
  return has(paint, DASHED) && is_on_line(p.x + p.y, width, 2.0 * width) ? 0.0 : 1.0;
}
// How strongly the outline covers a pixel of the label.
float rim_of(usampler2D labels, ivec2 p, uint label, bool is_strong, bool is_wide) {
  float rim = rim_at(labels, p, label, u_step) != 0u ? 1.0 : 0.0;
#if !IS_COARSE
  int n_inner = rim == 0.0 ? 1 : 0;
  for (int i = 0; i < n_inner; i++) {
    rim = rim_at(labels, p, label, 2 * u_step) == 0u ? 0.0 : is_strong ? 1.0 : 0.45;
  }
#endif
#if HAS_SELECTION || HAS_OTHER
  int n_wide = is_wide && rim == 0.0 ? 1 : 0;
  for (int i = 0; i < n_wide; i++) {
    rim = rim_at(labels, p, label, 3 * u_step) == 0u ? 0.0 : 0.5;
  }
#endif
  return rim;
}
#if HAS_OTHER
// The picture with a cell of the compared label image on it.
vec3 with_other(vec3 picture, ivec2 p, ivec2 place, uint label) {
  uvec4 paint = paint_of(u_other_paint, label);
  int n_painted = has(paint, COLORED) ? 1 : 0;
  for (int i = 0; i < n_painted; i++) {
    vec3 own = color_of(label, paint);
    bool lit = has(paint, LIT);
    float fill = max(lit ? 0.14 : 0.0, 0.75 * hatching(place, paint));
    bool picked = has(paint, PICKED);
    float rim = rim_of(u_others, p, label, lit || picked, picked);
    vec3 line = picked ? vec3(1.0) : own;
    picture = mix(mix(picture, own, fill), line, rim * (picked ? 1.0 : u_opacity));
  }
  return picture;
}
#endif
// The picture with a cell of the shown label image on it.
vec3 with_cell(vec3 picture, ivec2 p, ivec2 place, uint label) {
#if HAS_PAINT
  uvec4 paint = paint_of(u_paint, label);
#else
  uvec4 paint = uvec4(0u);
#endif
#if HAS_SELECTION
  bool selected = is_selected(label);
#else
  bool selected = false;
#endif
  bool hovered = label == u_hovered;
  bool lit = has(paint, LIT);
  float shade = has(paint, DIMMED) ? 0.4 : 1.0;
  float fill = u_filled * 0.42 * u_opacity * shade;
  fill = lit ? max(fill, 0.26) : fill;
  fill = selected ? max(fill, 0.16) : hovered ? fill + 0.12 : fill;
  float rim = rim_of(u_labels, p, label, selected || hovered || lit, selected);
#if HAS_PAINT
  int n_hatched = has(paint, HATCHED | CROSSED | DASHED) ? 1 : 0;
  for (int i = 0; i < n_hatched; i++) {
    fill = max(fill, 0.75 * hatching(place, paint));
    rim *= dashes(place, paint);
  }
#endif
  float strength = selected ? 1.0 : hovered ? max(u_opacity, 0.9) : u_opacity * shade;
  int n_covered = fill + rim > 0.0 ? 1 : 0;
  for (int i = 0; i < n_covered; i++) {
    vec3 own = color_of(label, paint);
    vec3 line = selected ? vec3(1.0) : hovered ? mix(own, vec3(1.0), 0.35) : own;
    picture = mix(mix(picture, own, fill), line, rim * strength);
  }
  return picture;
}
void main() {
  ivec2 place = ivec2(gl_FragCoord.xy);
  vec3 picture = texelFetch(u_picture, place, 0).rgb;
  // The outermost pixels repeat their inner neighbours, which have all neighbours themselves.
  ivec2 p = clamp(place, ivec2(3 * u_step), u_last - 3 * u_step);
  ivec2 anchored = place - u_anchor;
#if HAS_OTHER
  uint other = texelFetch(u_others, p, 0).r;
  int n_other_cells = other == 0u ? 0 : 1;
  for (int i = 0; i < n_other_cells; i++) picture = with_other(picture, p, anchored, other);
#endif
#if HAS_MASKS
  uint label = texelFetch(u_labels, p, 0).r;
  int n_cells = label == 0u ? 0 : 1;
  for (int i = 0; i < n_cells; i++) picture = with_cell(picture, p, anchored, label);
#endif
  color = vec4(picture, 1.0);
}`;

/** A picture that is drawn already, brought to a box of the canvas. */
export const PICTURE_VERTEX = `#version 300 es
layout(location = 0) in vec2 corner;
uniform vec4 u_screen; // left, bottom, width, height in clip space
out vec2 place;
void main() {
  place = corner;
  gl_Position = vec4(u_screen.xy + corner * u_screen.zw, 0.0, 1.0);
}`;

export const PICTURE_FRAGMENT = `#version 300 es
precision highp float;
uniform sampler2D u_picture;
in vec2 place;
out vec4 color;
void main() { color = texture(u_picture, place); }`;
