import protobuf from 'protobufjs';
import { ModelError } from '../contract.ts';

/** mediapipe/modules/face_geometry/protos (Apache-2.0); the field numbers are the format. */
const SCHEMA = `
syntax = "proto2";
message GeometryPipelineMetadata {
  optional Mesh3d canonical_mesh = 1;
  repeated WeightedLandmarkRef procrustes_landmark_basis = 2;
}
message Mesh3d {
  optional uint32 vertex_type = 1;
  optional uint32 primitive_type = 2;
  repeated float vertex_buffer = 3;
  repeated uint32 index_buffer = 4;
}
message WeightedLandmarkRef { optional uint32 landmark_id = 1; optional float weight = 2; }
`;

type Metadata = {
  readonly canonical_mesh: {
    readonly vertex_buffer: readonly number[];
    readonly index_buffer: readonly number[];
  } | null;
  readonly procrustes_landmark_basis: readonly { readonly landmark_id: number; readonly weight: number }[];
};

/** Numbers of one vertex of type VERTEX_PT: x y z in centimetres, then u v of a texture, not kept. */
const VERTEX_SIZE = 5;
const VERTICES = 468;
const EMPTY = { vertex_buffer: [], index_buffer: [] };

/** The canonical face as JSON; see canonical.ts for its reader. Throws ModelError `model-corrupt`. */
export function extractCanonicalFace(assets: Buffer, loader: Buffer): Buffer {
  const metadata = decode(cutOut(assets, loader.toString('utf8'), 'geometry_pipeline_metadata_landmarks.binarypb'));
  const { vertex_buffer: buffer, index_buffer: triangles } = metadata.canonical_mesh ?? EMPTY;
  const vertices = buffer.filter((_, index) => index % VERTEX_SIZE < 3);
  const weights = metadata.procrustes_landmark_basis.map((each) => ({ index: each.landmark_id, weight: each.weight }));
  if (buffer.length !== VERTICES * VERTEX_SIZE || triangles.length % 3 !== 0 || weights.length === 0) {
    const counts = `${buffer.length} vertex numbers, ${triangles.length} indices, ${weights.length} weights`;
    throw new ModelError(
      'model-corrupt',
      `the canonical face holds ${counts}; expected ${VERTICES * VERTEX_SIZE} numbers`,
    );
  }
  return Buffer.from(`${JSON.stringify({ vertices, triangles, weights })}\n`);
}

/** The loader script lists the packed files: `"files": [{"filename": …, "start": …, "end": …}, …]`. */
function cutOut(assets: Buffer, loader: string, name: string): Buffer {
  const list = /"files":\s*(\[[^\]]*\])/.exec(loader)?.[1] ?? '[]';
  const files = JSON.parse(list) as readonly { filename: string; start: number; end: number }[];
  const file = files.find((each) => each.filename.endsWith(`/${name}`));
  if (!file) throw new ModelError('model-corrupt', `the packed assets list no ${name}`);
  if (file.end > assets.length) throw new ModelError('model-corrupt', `the packed assets end before ${name} does`);
  return assets.subarray(file.start, file.end);
}

function decode(bytes: Buffer): Metadata {
  const type = protobuf.parse(SCHEMA, { keepCase: true }).root.lookupType('GeometryPipelineMetadata');
  try {
    return type.toObject(type.decode(bytes), { defaults: true, arrays: true }) as Metadata;
  } catch (error) {
    throw new ModelError('model-corrupt', 'the canonical face is not a GeometryPipelineMetadata message', {
      cause: error,
    });
  }
}
