/**
 * Tests that need another program (Mosquitto, Chromium, a compiler, mounts), real data, or many seconds. They run in
 * the project `e2e`; every other test belongs to `unit`, which runs in less than a minute.
 */
export const SLOW_TESTS = [
  'test/e2e/**/*.test.ts',
  'test/deploy/**/*.test.ts',
  'test/systemd/**/*.test.ts',
  'test/web/ward/ward-*.test.ts',
  'test/web/account/access-*.test.ts',
  'test/web/console/console-*.test.ts',
  'test/web/shared/mqtt/connect-broker.test.ts',
  'test/alerts/alert-lifecycle.test.ts',
  'test/daemon/alarms/publish-alarms.test.ts',
  'test/kernels/compiled.test.ts',
  'test/watcher/hard-times.test.ts',
  'test/publish/**/*.test.ts',
  'test/cli/cli.test.ts',
  'test/cli/commands/config/check-*.test.ts',
  'test/cli/commands/analyze/render-real-files.test.ts',
  'test/cli/commands/analyze/reported-pictures.test.ts',
  'test/cli/commands/evaluate/evaluate.test.ts',
  'test/cli/commands/model/gate-model.test.ts',
  'test/cli/commands/model/warm-models.test.ts',
  'test/inference/accelerated-inference.test.ts',
  'test/inference/open-inference.test.ts',
  'test/inference/native/native-engine.test.ts',
  'test/phantom/draw-phantom.test.ts',
  'test/radiograph/hostile-files.test.ts',
  'test/radiograph/read-real-files.test.ts',
  'test/radiograph/references.test.ts',
  'test/screens/access/broker-access.test.ts',
  'test/store/images/image-search.test.ts',
] as const;
