import { parentPort, workerData } from 'node:worker_threads';
import { createBench, type Job } from './jobs.ts';

const bench = await createBench(workerData.directory as string);
parentPort!.on('message', async (job: Job) => {
  try {
    parentPort!.postMessage({ answer: await bench(job) });
  } catch (error) {
    parentPort!.postMessage({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});
parentPort!.postMessage({ ready: true });
