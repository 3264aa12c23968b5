import { allowFileFetch, PEERS, type Tensor, type Tf } from './peers.ts';

type Face = { readonly mesh: readonly unknown[] };
export type Human = {
  readonly tf: Tf;
  load(): Promise<void>;
  detect(input: Tensor, config?: object): Promise<{ readonly face: readonly Face[] }>;
};

const NEVER_SKIP = { skipFrames: 0, skipTime: 0 };
const OFF = { enabled: false };

/** What Human looks for in a face; `following` leaves its own skipping as shipped. */
export function looks(following: boolean, wanted: { readonly spoof?: boolean; readonly description?: boolean }) {
  const skip = following ? {} : NEVER_SKIP;
  const look = (on = false) => ({ enabled: on, ...skip });
  return {
    face: {
      enabled: true,
      detector: { maxDetected: 1, ...skip },
      mesh: { enabled: true },
      iris: OFF,
      emotion: OFF,
      description: look(wanted.description),
      antispoof: look(wanted.spoof),
      liveness: look(wanted.spoof),
    },
  };
}

export const allLooks = (following: boolean) => looks(following, { spoof: true, description: true });

/** Human with every model of the benchmark loaded and all else switched off. */
export async function openHuman(following: boolean) {
  allowFileFetch();
  const { backend, library } = PEERS.human();
  const human = new library.Human({
    backend,
    wasmPath: PEERS.wasm,
    modelBasePath: PEERS.humanModels,
    async: false,
    filter: OFF,
    gesture: OFF,
    body: OFF,
    hand: OFF,
    object: OFF,
    segmentation: OFF,
    ...(following ? {} : { cacheSensitivity: 0 }),
    ...allLooks(following),
  }) as Human;
  await human.load();
  return { human, backend };
}

export function foundMesh({ face }: { readonly face: readonly Face[] }): boolean {
  return (face[0]?.mesh.length ?? 0) >= 468;
}
