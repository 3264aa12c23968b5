import { type Feature, type GraphBuilder, TO_NCHW, type Value } from './graph-builder.ts';
import { type GraphNode, unsupported } from './tfjs-graph.ts';
import type { Constant } from './tfjs-weights.ts';

/** The constant with its axes in the order of `permutation`, which must hold as many axes as it has. */
export function permute(constant: Constant, permutation: readonly number[]): Constant {
  const { shape, data } = constant;
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const target = permutation.map((axis) => shape[axis]!);
  const result = data.slice();
  const position = target.map(() => 0);
  for (let index = 0; index < result.length; index++) {
    result[index] = data[position.reduce((sum, at, axis) => sum + at * strides[permutation[axis]!]!, 0)]!;
    for (let axis = target.length - 1; axis >= 0; axis--) {
      if (++position[axis]! < target[axis]!) break;
      position[axis] = 0;
    }
  }
  return { kind: 'constant', shape: target, data: result };
}

/** Adds a constant that is combined, by broadcasting, with a feature of this layout. */
export function addBroadcast(builder: GraphBuilder, constant: Constant, layout: Feature['layout']): string {
  const data = Float32Array.from(constant.data);
  if (layout === 'plain' || constant.shape.length === 0) return builder.addFloats(constant.shape, data);
  const four = [1, 1, 1, 1, ...constant.shape].slice(-4);
  const moved = permute({ kind: 'constant', shape: four, data }, TO_NCHW);
  return builder.addFloats(moved.shape.slice(1), moved.data as Float32Array);
}

/** Axis of the TensorFlow tensor → axis of the tensor in the ONNX graph; negative axes count from the end. */
export function mapAxis(value: Feature, axis: number): number {
  const positive = axis < 0 ? axis + value.shape.length : axis;
  return value.layout === 'nchw' ? TO_NCHW.indexOf(positive as 0 | 1 | 2 | 3) : positive;
}

/** Shape of the tensor as it lies in the ONNX graph. */
export function broadcastShapes(left: readonly number[], right: readonly number[]): readonly number[] {
  const rank = Math.max(left.length, right.length);
  const at = (shape: readonly number[], axis: number) => shape[axis - rank + shape.length] ?? 1;
  return Array.from({ length: rank }, (_, axis) => Math.max(at(left, axis), at(right, axis)));
}

export function needFeature(node: GraphNode, inputs: readonly Value[], index = 0): Feature {
  const value = inputs[index];
  if (value?.kind === 'feature') return value;
  throw unsupported(node, `input ${index} is ${value ? 'a constant' : 'absent'}, expected a computed tensor`);
}

export function needConstant(node: GraphNode, inputs: readonly Value[], index: number): Constant {
  const value = inputs[index];
  if (value?.kind === 'constant') return value;
  throw unsupported(node, `input ${index} is ${value ? 'a computed tensor' : 'absent'}, expected a constant`);
}
