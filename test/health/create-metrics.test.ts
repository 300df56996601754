import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../src/health/create-metrics.ts';
import { readBoard } from '../../src/health/board/read-board.ts';
import { ORIN_JETPACK_6, writeTree } from '../support/board-trees.ts';

describe('createMetrics', () => {
  it('counts images by status, and shows 0 for what has not happened yet', async () => {
    using metrics = createMetrics('1.2.3');

    metrics.countImage('analysed');
    metrics.countImage('analysed');

    const text = await metrics.render();
    expect(text).toContain('bonewatch_images_total{status="analysed"} 2');
    expect(text).toContain('bonewatch_images_total{status="failed"} 0');
  });

  it('sorts the time of each stage and of the whole way into buckets of seconds', async () => {
    using metrics = createMetrics('1.2.3');

    metrics.observeStage('decode', 0.031);
    metrics.observeScanToPublished(0.9);

    const text = await metrics.render();
    expect(text).toContain('bonewatch_stage_seconds_bucket{le="0.025",stage="decode"} 0');
    expect(text).toContain('bonewatch_stage_seconds_bucket{le="0.05",stage="decode"} 1');
    expect(text).toContain('bonewatch_scan_to_published_seconds_bucket{le="1"} 1');
  });

  it('reads queues and wards at each scrape, and drops a ward that is gone', async () => {
    let open = new Map([
      ['ward-3', 2],
      ['ward-4', 0],
    ]);
    using metrics = createMetrics('1.2.3', { outboxPending: () => 7, alertsOpen: () => open });

    const before = await metrics.render();
    open = new Map([['ward-3', 1]]);
    const after = await metrics.render();

    expect(before).toContain('bonewatch_outbox_pending 7');
    expect(before).toContain('bonewatch_alerts_open{ward="ward-4"} 0');
    expect(after).toContain('bonewatch_alerts_open{ward="ward-3"} 1');
    expect(after).not.toContain('ward-4');
  });

  it('leaves out a number that cannot be read instead of claiming 0, and shows the rest', async () => {
    using metrics = createMetrics('1.2.3', {
      outboxPending: () => {
        throw new Error('the database is gone');
      },
      storeFreeBytes: () => Promise.resolve(5),
    });

    const text = await metrics.render();

    expect(text).not.toMatch(/^bonewatch_outbox_pending /m);
    expect(text).toContain('bonewatch_store_free_bytes 5');
  });

  it('names the one execution provider that serves', async () => {
    using metrics = createMetrics('1.2.3');

    metrics.setExecutionProvider('tensorrt', { degraded: false });
    metrics.setExecutionProvider('cpu', { degraded: true });

    const lines = (await metrics.render())
      .split('\n')
      .filter((l) => l.startsWith('bonewatch_execution_provider'));
    expect(lines).toEqual(['bonewatch_execution_provider_info{provider="cpu",degraded="true"} 1']);
  });

  it('reads the board once per scrape and shows what the board has', async () => {
    let readings = 0;
    const root = writeTree({
      ...ORIN_JETPACK_6,
      'sys/class/thermal/thermal_zone1/temp': '',
      'sys/class/thermal/cooling_device1/cur_state': '2\n',
    });
    const board = () => {
      readings += 1;
      return readBoard(root);
    };
    using metrics = createMetrics('1.2.3', { board });

    const text = await metrics.render();

    expect(readings).toBe(1);
    expect(text.split('\n')).toEqual(
      expect.arrayContaining([
        'bonewatch_gpu_load_ratio 0.437',
        'bonewatch_temperature_celsius{zone="tj"} 49',
        'bonewatch_power_watts{rail="VDD_IN"} 7.56',
        'bonewatch_power_mode_info{number="1",name="25W"} 1',
        'bonewatch_clock_hertz{processor="gpu"} 306000000',
        'bonewatch_clock_limit_hertz{processor="cpu"} 1344000000',
        'bonewatch_slowed_by{device="cpufreq-cpu0"} 1',
        'bonewatch_over_current_events 52',
        'bonewatch_memory_available_bytes 4107489280',
        'bonewatch_memory_pressure_ratio 0.125',
      ]),
    );
    expect(text).not.toContain('zone="gpu"');
  });

  it('shows version, process and event-loop delay too', async () => {
    using metrics = createMetrics('1.2.3');

    const text = await metrics.render();

    expect(text).toContain(`bonewatch_build_info{version="1.2.3",node="${process.version}"} 1`);
    expect(text).toMatch(/^process_resident_memory_bytes \d+/m);
    expect(text).toMatch(/^bonewatch_event_loop_delay_seconds\{quantile="0.99"\} [\d.e-]+/m);
  });
});
