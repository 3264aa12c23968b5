import { Worker } from 'node:worker_threads';
import type { Answer, Job } from './jobs.ts';

type Message = { readonly ready?: true; readonly answer?: Answer; readonly error?: string };

export type Pool = {
  /** Answers in the order of the jobs. @throws Error what a worker threw. */
  run(jobs: readonly Job[], done: (job: Job, answer: Answer) => void | Promise<void>): Promise<readonly Answer[]>;
  close(): Promise<void>;
};

/** Workers, one a core, each with its own models. */
export function openPool(size: number, directory: string): Pool {
  const workers = Array.from({ length: size }, () => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { directory } });
    return { worker, ready: next(worker) };
  });
  return {
    async run(jobs, done) {
      const answers: Answer[] = [];
      let taken = 0;
      await Promise.all(
        workers.map(async ({ worker, ready }) => {
          await ready;
          while (taken < jobs.length) {
            const index = taken++;
            const message = next(worker);
            worker.postMessage(jobs[index]);
            const { answer, error } = await message;
            if (!answer) throw new Error(`eval:attacks: a worker failed at ${jobs[index]!.task}: ${error}`);
            answers[index] = answer;
            await done(jobs[index]!, answer);
          }
        }),
      );
      return answers;
    },
    async close() {
      await Promise.all(workers.map(({ worker }) => worker.terminate()));
    },
  };
}

function next(worker: Worker): Promise<Message> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      act();
    };
    const onMessage = (message: Message) => settle(() => resolve(message));
    const onError = (error: unknown) => settle(() => reject(error));
    const onExit = () => settle(() => reject(new Error('eval:attacks: a worker ended before its answer')));
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
  });
}
