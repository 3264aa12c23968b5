import sharp from 'sharp';
import type { Frame } from '../../hardware/contract.ts';

export type Preview = ReturnType<typeof createPreview>;

/**
 * The live picture for the person's own screen: the camera's JPEG as it came, encoded only where the camera gives raw
 * pixels and somebody watches. Open only while a verification captures.
 */
export function createPreview() {
  const watchers = new Set<(frame: Frame | undefined) => void>();
  let open = false;
  return {
    isOpen: () => open,
    start(): void {
      open = true;
    },
    push(frame: Frame): void {
      if (open) for (const watcher of watchers) watcher(frame);
    },
    /** Ends every stream. */
    stop(): void {
      open = false;
      for (const watcher of watchers) watcher(undefined);
    },
    /** JPEGs until the preview stops or `signal` aborts; a slow reader misses pictures, it never queues them. */
    async *watch(signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
      let newest: Frame | undefined;
      let over = !open || signal.aborted;
      let wake: (() => void) | undefined;
      const watcher = (frame: Frame | undefined) => {
        if (frame) newest = frame;
        else over = true;
        wake?.();
      };
      const end = () => watcher(undefined);
      watchers.add(watcher);
      signal.addEventListener('abort', end, { once: true });
      try {
        while (!over) {
          const frame = newest;
          newest = undefined;
          if (frame) yield await toJpeg(frame);
          else
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
        }
      } finally {
        watchers.delete(watcher);
        signal.removeEventListener('abort', end);
      }
    },
  };
}

function toJpeg({ image, width, height }: Frame): Promise<Uint8Array> | Uint8Array {
  if (image.kind === 'jpeg') return image.data;
  return sharp(image.data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 80 })
    .toBuffer();
}
