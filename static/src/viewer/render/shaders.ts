/**
 * The three passes of a frame (GLSL ES 3.00):
 *
 * 1. image tiles -> picture (RGBA8, as large as the screen): every visible channel of a tile in
 *    one pass, each with its colour, window and gamma, added up;
 * 2. label tiles -> label screen (R32UI): which object every screen pixel shows;
 * 3. both -> canvas: outlines and fills. Neighbours are looked up on the label screen, so an
 *    outline has the same width at every zoom and no seam where two tiles meet.
 */

export const TILE_VERTEX = `#version 300 es
layout(location = 0) in vec2 corner;
uniform vec4 u_screen; // left, bottom, width, height in clip space
uniform vec4 u_texels; // left, top, width, height in texels of the tile
out vec2 v_texel;
void main() {
  v_texel = u_texels.xy + vec2(corner.x, 1.0 - corner.y) * u_texels.zw;
  gl_Position = vec4(u_screen.xy + corner * u_screen.zw, 0.0, 1.0);
}`;

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
in vec2 v_texel;
out vec4 color;
float shade(float value, vec3 window) {
  float part = clamp((value - window.x) * window.y, 0.0, 1.0);
  return ${hasGamma ? "pow(part, window.z)" : "part"};
}
void main() {
  vec3 sum = vec3(0.0);
  ${isSmooth ? SMOOTH_PLACE : "ivec2 p = clamp(ivec2(floor(v_texel)), ivec2(0), u_last);"}
  ${channels.map((c) => `sum += u_color[${c}] * shade(${valueIn(c, isSmooth)}, u_window[${c}]);`).join("\n  ")}
  color = vec4(min(sum, 1.0), 1.0);
}`;
}

const SMOOTH_PLACE = `vec2 q = v_texel - 0.5;
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
in vec2 v_texel;
out uint label;
void main() {
  label = texelFetch(u_tile, clamp(ivec2(floor(v_texel)), ivec2(0), u_last), 0).r;
}`;

export const SCREEN_VERTEX = `#version 300 es
layout(location = 0) in vec2 corner;
void main() {
  gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
}`;

/** As many objects as can be emphasised at once. */
export const MOST_SELECTED = 32;
export const BAND_TEXTURE_WIDTH = 2048;

/** The colour of a label is counted as in model/label_color.ts. */
export const COMPOSITE_FRAGMENT = `#version 300 es
precision highp float;
precision highp int;
precision highp usampler2D;
uniform sampler2D u_picture;
uniform usampler2D u_labels;
uniform usampler2D u_bands;   // label -> 0 unknown, 1 poor, 2 fair, 3 good
uniform bool u_by_confidence;
uniform int u_mode;           // 0 off, 1 outline, 2 fill
uniform float u_opacity;
uniform int u_step;           // device pixels per CSS pixel
uniform vec3 u_palette[8];
uniform vec3 u_band_color[4];
uniform uint u_selected[${MOST_SELECTED}];
uniform int u_n_selected;
uniform uint u_hovered;
uniform ivec2 u_last;         // the last pixel of the screen
uniform bool u_is_coarse;     // thinner outlines, as the view is moving
out vec4 color;

// Not zero where one of the four pixels at distance d shows another label.
uint rim_at(ivec2 p, uint label, int d) {
  return (texelFetch(u_labels, p + ivec2(d, 0), 0).r ^ label)
       | (texelFetch(u_labels, p - ivec2(d, 0), 0).r ^ label)
       | (texelFetch(u_labels, p + ivec2(0, d), 0).r ^ label)
       | (texelFetch(u_labels, p - ivec2(0, d), 0).r ^ label);
}
bool is_selected(uint label) {
  for (int i = 0; i < u_n_selected; i++) if (u_selected[i] == label) return true;
  return false;
}
vec3 color_of(uint label) {
  if (!u_by_confidence) return u_palette[(label * 0x9e3779b1u) >> 29];
  ivec2 size = textureSize(u_bands, 0);
  ivec2 place = ivec2(int(label % uint(size.x)), int(label / uint(size.x)));
  uint band = place.y < size.y ? texelFetch(u_bands, place, 0).r : 0u;
  return u_band_color[band];
}
// Graphics drawn in software run both sides of every "if", for all pixels; only a loop of no rounds
// is really skipped. So what most pixels do not need is written as a loop of one round.
void main() {
  ivec2 place = ivec2(gl_FragCoord.xy);
  vec3 picture = texelFetch(u_picture, place, 0).rgb;
  // The outermost pixels repeat their inner neighbours, which have all neighbours themselves.
  ivec2 p = clamp(place, ivec2(3 * u_step), u_last - 3 * u_step);
  uint label = u_mode == 0 ? 0u : texelFetch(u_labels, p, 0).r;
  int is_cell = label == 0u ? 0 : 1;
  for (int once = 0; once < is_cell; once++) {
    vec3 own = color_of(label);
    bool selected = is_selected(label);
    bool hovered = label == u_hovered;
    float fill = u_mode == 2 ? 0.42 * u_opacity : 0.0;
    fill = selected ? max(fill, 0.16) : hovered ? fill + 0.12 : fill;
    float rim = rim_at(p, label, u_step) != 0u ? 1.0 : 0.0;
    int is_inner = rim == 0.0 && !u_is_coarse ? 1 : 0;
    for (int twice = 0; twice < is_inner; twice++) {
      rim = rim_at(p, label, 2 * u_step) == 0u ? 0.0 : selected || hovered ? 1.0 : 0.45;
    }
    int is_wide = selected && rim == 0.0 ? 1 : 0;
    for (int thrice = 0; thrice < is_wide; thrice++) {
      rim = rim_at(p, label, 3 * u_step) == 0u ? 0.0 : 0.5;
    }
    float strength = selected ? 1.0 : hovered ? max(u_opacity, 0.9) : u_opacity;
    vec3 line = selected ? vec3(1.0) : hovered ? mix(own, vec3(1.0), 0.35) : own;
    picture = mix(mix(picture, own, fill), line, rim * strength);
  }
  color = vec4(picture, 1.0);
}`;
