import type { Picture } from '../contract.ts';
import { cellsKernel } from './cells-kernel.ts';
import { cropKernels } from './crop-kernel.ts';
import { digestKernel } from './digest-kernel.ts';
import { assemble } from './encode.ts';
import { openPlace, PAGE } from './place.ts';

type Kernel = (...numbers: readonly number[]) => void;
type Name = 'crop' | 'cropBlack' | 'cells' | 'digest';

/** Memory that the vector code writes, beside the picture that it reads. */
export type Workspace = {
  /** Works on a picture, until it answers. */
  on(picture: Picture): { readonly [name in Name]: Kernel };
  /** The memory, at least `length` bytes of it; an earlier answer is void when the memory had to grow. */
  bytes(length: number): Uint8Array<ArrayBuffer>;
};

const MODULE = new WebAssembly.Module(assemble([...cropKernels, cellsKernel, digestKernel]));
/** A frame is cut, measured and digested in turn: copied once, it serves all of them. */
const PLACE = openPlace();

/** Code written for vectors of 128 bits, in WebAssembly: every Node of this project runs it, whatever its processor. */
export function openWorkspace(): Workspace {
  const own = new WebAssembly.Memory({ initial: 1 });
  const instance = new WebAssembly.Instance(MODULE, { env: { own, picture: PLACE.memory } });
  const kernels = instance.exports as { readonly [name in Name]: Kernel };
  let bytes = new Uint8Array(own.buffer);
  return {
    on(picture) {
      PLACE.put(picture);
      return kernels;
    },
    bytes(length) {
      if (length > bytes.length) {
        own.grow(Math.ceil((length - bytes.length) / PAGE));
        bytes = new Uint8Array(own.buffer);
      }
      return bytes;
    },
  };
}
