import { type Feature, TO_NCHW } from '../graph-builder.ts';
import { mapAxis, needConstant, needFeature } from '../layout.ts';
import { readFlag, readInt, unsupported } from '../tfjs-graph.ts';
import type { Constant } from '../tfjs-weights.ts';
import type { Lower } from './lower.ts';

const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

const integers = (values: readonly number[], shape: readonly number[] = [values.length]): Constant => ({
  kind: 'constant',
  shape,
  data: Int32Array.from(values),
});

/** Numbers keep TensorFlow's order, so a picture is transposed back first; that is why Dense weights can stay. */
export const lowerReshape: Lower = (node, inputs, builder) => {
  const value = inputs[0];
  const asked = [...needConstant(node, inputs, 1).data];
  if (!value) throw unsupported(node, 'input 0 is absent');
  const known = sizeOf(asked.filter((size) => size !== -1));
  const shape = asked.map((size) => (size === -1 ? sizeOf(value.shape) / known : size));
  if (sizeOf(shape) !== sizeOf(value.shape)) throw unsupported(node, `[${value.shape}] does not fit into [${asked}]`);
  if (value.kind === 'constant') return { ...value, shape };
  const onePixel = value.layout === 'nchw' && value.shape[1] === 1 && value.shape[2] === 1;
  const source = onePixel ? value : builder.toPlain(value);
  const name = builder.add(node.name, 'Reshape', [source.name, builder.addIntegers(shape)]);
  return { kind: 'feature', name, shape, layout: 'plain' };
};

export const lowerSqueeze: Lower = (node, inputs, builder) => {
  const { shape } = needFeature(node, inputs);
  const dropped = (node.attr?.squeeze_dims ?? node.attr?.axis)?.list?.i ?? [];
  const axes = dropped.map((axis) => (axis < 0 ? axis + shape.length : axis));
  const drop = (size: number, axis: number) => size === 1 && (axes.length === 0 || axes.includes(axis));
  const kept = shape.filter((size, axis) => !drop(size, axis));
  return lowerReshape(node, [inputs[0]!, integers(kept)], builder);
};

/** [axis][before, after] becomes ONNX's all-before, all-after. */
export const lowerPad: Lower = (node, inputs, builder) => {
  const input = needFeature(node, inputs);
  const table = needConstant(node, inputs, 1).data;
  const fill = inputs[2] ? needConstant(node, inputs, 2).data[0]! : 0;
  const order = input.layout === 'nchw' ? TO_NCHW : input.shape.map((_, axis) => axis);
  const pads = [0, 1].flatMap((side) => order.map((axis) => table[axis * 2 + side]!));
  const operands = [input.name, builder.addIntegers(pads), builder.addFloats([], Float32Array.of(fill))];
  const name = builder.add(node.name, 'Pad', operands, { mode: 'constant' });
  return { ...input, name, shape: input.shape.map((size, axis) => size + table[axis * 2]! + table[axis * 2 + 1]!) };
};

/** The axis is the last input. */
export const lowerConcat: Lower = (node, inputs, builder) => {
  const axis = needConstant(node, inputs, inputs.length - 1).data[0]!;
  const features = inputs.slice(0, -1).map((_, index) => needFeature(node, inputs, index));
  const nchw = features.some((value) => value.layout === 'nchw');
  const parts = nchw ? features.map((value) => builder.toNchw(value)) : features;
  const first = parts[0]!;
  const positive = axis < 0 ? axis + first.shape.length : axis;
  const total = parts.reduce((sum, part) => sum + part.shape[positive]!, 0);
  const names = parts.map((part) => part.name);
  const name = builder.add(node.name, 'Concat', names, { axis: mapAxis(first, positive) });
  return { ...first, name, shape: first.shape.map((size, at) => (at === positive ? total : size)) };
};

export const lowerMean: Lower = (node, inputs, builder) => {
  const input = needFeature(node, inputs);
  const rank = input.shape.length;
  const axes = [...needConstant(node, inputs, 1).data].map((axis) => (axis < 0 ? axis + rank : axis));
  const keep = readFlag(node, 'keep_dims');
  // What is left must still lie in TensorFlow's order: true of N C after a mean over H and W.
  const inOrder = keep || (axes.includes(1) && axes.includes(2));
  const source: Feature = inOrder ? input : builder.toPlain(input);
  const mapped = axes.map((axis) => mapAxis(source, axis)).sort((a, b) => a - b);
  const name = builder.add(node.name, 'ReduceMean', [source.name], { axes: mapped, keepdims: keep ? 1 : 0 });
  const shape = input.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  if (keep) return { ...source, name, shape };
  return { kind: 'feature', name, shape: shape.filter((_, axis) => !axes.includes(axis)), layout: 'plain' };
};

export const lowerResizeBilinear: Lower = (node, inputs, builder) => {
  const input = builder.toNchw(needFeature(node, inputs));
  const [height, width] = [...needConstant(node, inputs, 1).data] as [number, number];
  const corners = readFlag(node, 'align_corners') ? 'align_corners' : undefined;
  const centres = readFlag(node, 'half_pixel_centers') ? 'half_pixel' : 'asymmetric';
  const sizes = builder.addIntegers([input.shape[0]!, input.shape[3]!, height, width]);
  const attributes = { mode: 'linear', coordinate_transformation_mode: corners ?? centres };
  const name = builder.add(node.name, 'Resize', [input.name, '', '', sizes], attributes);
  return { ...input, name, shape: [input.shape[0]!, height, width, input.shape[3]!] };
};

export const lowerDepthToSpace: Lower = (node, inputs, builder) => {
  const input = builder.toNchw(needFeature(node, inputs));
  const blocksize = readInt(node, 'block_size', 2);
  const name = builder.add(node.name, 'DepthToSpace', [input.name], { blocksize, mode: 'DCR' });
  const [batch, height, width, channels] = input.shape as [number, number, number, number];
  return { ...input, name, shape: [batch, height * blocksize, width * blocksize, channels / blocksize ** 2] };
};

/** Shapes are static, so what computes with them folds to constants. */
export const foldShape: Lower = (node, inputs) => {
  if (!inputs[0]) throw unsupported(node, 'input 0 is absent');
  return integers(inputs[0].shape);
};

export const foldPack: Lower = (node, inputs) => {
  const values = inputs.map((_, index) => needConstant(node, inputs, index));
  if (values.some((value) => value.shape.length > 0)) throw unsupported(node, 'packs other things than scalars');
  return integers(values.map((value) => value.data[0]!));
};

/** Of a vector: the only use that occurs is to pick a size out of a shape. */
export const foldStridedSlice: Lower = (node, inputs) => {
  const [source, begin, end, stride] = [0, 1, 2, 3].map((index) => needConstant(node, inputs, index));
  const odd = ['ellipsis_mask', 'new_axis_mask'].some((mask) => readInt(node, mask, 0) !== 0);
  const step = stride!.data[0]!;
  if (source!.shape.length !== 1 || odd || step < 1) throw unsupported(node, 'slices other things than a vector');
  const length = source!.data.length;
  const bound = (at: number) => (at < 0 ? Math.max(at + length, 0) : Math.min(at, length));
  const from = readInt(node, 'begin_mask', 0) & 1 ? 0 : bound(begin!.data[0]!);
  const shrink = readInt(node, 'shrink_axis_mask', 0) & 1;
  const open = readInt(node, 'end_mask', 0) & 1;
  const to = shrink ? from + 1 : open ? length : bound(end!.data[0]!);
  const picked = [...source!.data].filter((_, at) => at >= from && at < to && (at - from) % step === 0);
  return integers(picked, shrink ? [] : [picked.length]);
};
