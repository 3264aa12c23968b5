import { z } from 'zod';
import { ModelError } from '../contract.ts';
import { type Constant, decodeWeights, WeightSchema } from './tfjs-weights.ts';

/** Protobuf's JSON writes 64-bit integers as strings. */
const Integer = z.union([z.number(), z.string()]).transform(Number);
const ShapeSchema = z.object({ dim: z.array(z.object({ size: Integer.optional() })).optional() });

const AttributeSchema = z.object({
  s: z.string().optional(),
  i: Integer.optional(),
  f: z.number().optional(),
  b: z.boolean().optional(),
  list: z.object({ i: z.array(Integer).optional(), s: z.array(z.string()).optional() }).optional(),
  shape: ShapeSchema.optional(),
});

const NodeSchema = z.object({
  name: z.string(),
  op: z.string(),
  input: z.array(z.string()).optional(),
  attr: z.record(z.string(), AttributeSchema).optional(),
});

const EndSchema = z.record(z.string(), z.object({ name: z.string() }));

const ModelSchema = z.object({
  modelTopology: z.object({ node: z.array(NodeSchema) }),
  weightsManifest: z.array(z.object({ weights: z.array(WeightSchema) })),
  signature: z.object({ inputs: EndSchema.optional(), outputs: EndSchema.optional() }).optional(),
});

export type GraphNode = z.infer<typeof NodeSchema>;

/** A TFJS graph model, its weights decoded. */
export type TfjsGraph = {
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly constants: ReadonlyMap<string, Constant>;
  /** Public name and the node that computes it; names come from the signature if there is one. */
  readonly outputs: readonly { readonly name: string; readonly node: string }[];
};

/** Throws ModelError `model-corrupt` if this is no TFJS graph model or the weights do not fit it. */
export function readTfjsGraph(json: Buffer, weights: Buffer, name: string): TfjsGraph {
  const parsed = ModelSchema.safeParse(parseJson(json, name));
  if (!parsed.success) throw new ModelError('model-corrupt', `${name}: ${z.prettifyError(parsed.error)}`);
  const { modelTopology, weightsManifest, signature } = parsed.data;
  const nodes = new Map(modelTopology.node.map((node) => [node.name, node]));
  const constants = decodeWeights(
    weightsManifest.flatMap((group) => group.weights),
    weights,
  );
  const signed = Object.entries(signature?.outputs ?? {}).map(([key, end]) => ({
    name: key,
    node: bareName(end.name),
  }));
  return { nodes, constants, outputs: signed.length > 0 ? signed : findEnds(modelTopology.node) };
}

function parseJson(json: Buffer, name: string): unknown {
  try {
    return JSON.parse(json.toString('utf8'));
  } catch (error) {
    throw new ModelError('model-corrupt', `${name} is not JSON`, { cause: error });
  }
}

/** Nodes whose result nobody reads. */
function findEnds(nodes: readonly GraphNode[]): { name: string; node: string }[] {
  const read = new Set(nodes.flatMap((node) => node.input ?? []).map(bareName));
  const ends = nodes.filter((node) => !read.has(node.name) && node.op !== 'Const' && node.op !== 'Placeholder');
  return ends.map((node) => ({ name: node.name, node: node.name }));
}

/** `^node` is a control dependency, `node:0` the first result. */
export function bareName(reference: string): string {
  return reference.replace(/^\^/, '').replace(/:\d+$/, '');
}

export function readInts(node: GraphNode, attribute: string): readonly number[] | undefined {
  return node.attr?.[attribute]?.list?.i;
}

export function readInt(node: GraphNode, attribute: string, fallback: number): number {
  return node.attr?.[attribute]?.i ?? fallback;
}

export function readFlag(node: GraphNode, attribute: string): boolean {
  return node.attr?.[attribute]?.b ?? false;
}

export function readText(node: GraphNode, attribute: string): string | undefined {
  const encoded = node.attr?.[attribute]?.s;
  return encoded === undefined ? undefined : fromBase64(encoded);
}

export function readTexts(node: GraphNode, attribute: string): readonly string[] {
  return (node.attr?.[attribute]?.list?.s ?? []).map(fromBase64);
}

/** Shape of a Placeholder, with 1 for the open batch. */
export function readShape(node: GraphNode): readonly number[] {
  const dimensions = node.attr?.shape?.shape?.dim ?? [];
  return dimensions.map(({ size }, axis) => (axis === 0 && (size === undefined || size < 1) ? 1 : (size ?? -1)));
}

function fromBase64(text: string): string {
  return Buffer.from(text, 'base64').toString('latin1');
}

/** The error for what the converter does not know; it never guesses. */
export function unsupported(node: GraphNode, what: string): ModelError {
  return new ModelError('model-unsupported', `operation ${node.op} of node ${node.name}: ${what}`);
}
