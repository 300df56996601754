import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { textAt, type OrtCalls, type Pointer } from './native-library.ts';
import { created, requireOk } from './ort-runtime.ts';

/** The profile of a session's first run: before 1.24, ONNX Runtime's only report of which provider runs which node. */
export interface FirstRunProfile extends Disposable {
  /** Ends the profile after the first run; returns ONNX Runtime's names of the execution providers that ran a node. */
  end(session: Pointer): readonly string[];
}

const events = z.array(z.object({ args: z.object({ provider: z.string().optional() }).optional() }));

/** Makes a session with these options write a profile, in a temporary folder that is removed afterwards. */
export function profileFirstRun(calls: OrtCalls, sessionOptions: Pointer): FirstRunProfile {
  const folder = mkdtempSync(join(tmpdir(), 'bonewatch-profile-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    requireOk(calls, calls.EnableProfiling(sessionOptions, join(folder, 'first-run')));
  } catch (error) {
    remove();
    throw error;
  }
  return {
    end(session) {
      try {
        return providersIn(readFileSync(endProfiling(calls, session), 'utf8'));
      } finally {
        remove();
      }
    },
    [Symbol.dispose]: remove,
  };
}

function endProfiling(calls: OrtCalls, session: Pointer): string {
  const allocator = created(calls, (out) => calls.GetAllocatorWithDefaultOptions(out));
  const text = created(calls, (out) => calls.SessionEndProfiling(session, allocator, out));
  const path = textAt(text);
  requireOk(calls, calls.AllocatorFree(allocator, text));
  return path;
}

function providersIn(profile: string): readonly string[] {
  const providers = events.parse(JSON.parse(profile)).map(({ args }) => args?.provider ?? '');
  return [...new Set(providers.filter((provider) => provider !== ''))];
}
