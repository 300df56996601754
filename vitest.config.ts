import { defineConfig } from 'vitest/config';
import { SLOW_TESTS } from './test/slow-tests.ts';

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    // Tests load ONNX Runtime into their own process, which must not report to anybody either.
    env: { ORT_DISABLE_TELEMETRY: '1' },
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: [...SLOW_TESTS] } },
      { extends: true, test: { name: 'e2e', include: [...SLOW_TESTS] } },
    ],
  },
});
