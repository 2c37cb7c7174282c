import type { Change } from '../world/change.ts';

const MIB = 1024 * 1024;

/** A release of the workers that does something else. */
export function release(does: { readonly [name: string]: unknown }): Change {
  return {
    kind: 'add-image',
    image: {
      refs: ['falcon/worker:latest', 'falcon/worker:1.1.0'],
      sizeBytes: 1182 * MIB,
      labels: {},
      env: {},
      command: ['uvicorn', 'app.main:app', '--host', '0.0.0.0', '--port', '8000'],
      program: 'falcon-worker',
      release: { errorShare: 0, inferenceMs: 60, ...does },
    },
  };
}
