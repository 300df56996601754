import type { Clock } from '../contract/clock.ts';
import type { AnalyzedFile } from '../analysis/analyze-file.ts';
import type { AnalysisResult } from '../contract/analysis-result.ts';
import type { Alert } from '../contract/alert.ts';
import { foldStudy, type StudyView } from '../alerts/fold-study.ts';
import { isBusy } from '../alerts/limit-tone-rate.ts';
import { wardsFor } from '../alerts/route-wards.ts';
import { updateAlert } from '../alerts/update-alert.ts';
import type { Config } from '../config/schema.ts';
import type { ClaimedFile } from './claimed-file.ts';
import { alertMessages, isShown, type AlertOrigin } from '../publish/messages/alert-messages.ts';
import { imageMessage } from '../publish/messages/image-message.ts';
import type { RadiographHeader } from '../contract/radiograph.ts';
import { readPatientLocation } from '../radiograph/dicom/patient-location.ts';
import type { AuditEntry } from '../contract/audit-entry.ts';
import type { Store } from '../store/open-store.ts';

/** From this age on bones are often thin; accuracy is reported separately. */
const ELDERLY_YEARS = 75;

export interface ConcludeDeps {
  readonly store: Store;
  readonly config: Pick<Config, 'alerts' | 'wards' | 'inboxes'>;
  readonly origin: AlertOrigin;
  readonly clock: Clock;
  readonly newId: () => string;
}

/**
 * Stores everything that follows from one image in one transaction: its result, the alerts of its study on each ward,
 * and all messages to the broker. A power cut leaves all of it or nothing.
 */
export function concludeImage(
  options: ConcludeDeps,
  file: ClaimedFile,
  {
    analyzed: { result, header },
    retryAt,
  }: { analyzed: Pick<AnalyzedFile, 'result' | 'header'>; retryAt: number | null },
): void {
  const { store, origin } = options;
  store.atomically(() => {
    const studyKey = header?.studyInstanceUid ?? result.sha256;
    const changes =
      header && studyKey !== null && result.status === 'analysed'
        ? alertChanges(options, file, { result, header, studyKey })
        : [];
    // An image that fails again in the same way changes nothing.
    for (const change of changes) store.audit.append(auditOf(change, options));
    const isNews = file.attempts === 1 || result.status !== 'failed';
    store.results.record({
      arrivalId: file.id,
      result,
      studyKey,
      alertChanges: changes.map(({ after }) => after),
      outbox: [
        ...changes.flatMap(({ before, after }) => alertMessages(origin, before, after)),
        ...(isNews ? [imageMessage(origin, result, { arrivalId: file.id, writtenAt: file.mtimeMs })] : []),
      ],
      ...(retryAt === null ? {} : { retryAt }),
      isOver75: header?.patientAgeYears == null ? null : header.patientAgeYears >= ELDERLY_YEARS,
    });
  });
}

/** An alert before and after an image. */
function auditOf({ before, after }: AlertChange, { clock }: ConcludeDeps): AuditEntry {
  const isAnswered = before?.state === 'acknowledged' || before?.state === 'closed';
  const kinds = { first: 'alert-raised', again: 'alert-reopened', other: 'alert-updated' };
  const kind = before === null ? 'first' : isAnswered && after.state === 'open' ? 'again' : 'other';
  const { id: subject, rev, place, priority, outcome, isQuiet } = after;
  return {
    at: new Date(clock.now()).toISOString(),
    kind: kinds[kind],
    actor: 'bonewatch',
    subject,
    detail: { ward: place.ward, rev, priority, outcome, isQuiet },
  };
}

interface AlertChange {
  readonly before: Alert | null;
  readonly after: Alert;
}

function alertChanges(
  { store, config, clock, newId }: ConcludeDeps,
  file: ClaimedFile,
  { result, header, studyKey }: { result: AnalysisResult; header: RadiographHeader; studyKey: string },
): AlertChange[] {
  const now = new Date(clock.now()).toISOString();
  const earlier = store.results
    .ofStudy(studyKey)
    .filter((image) => image.arrivalId !== file.id && !isSameImage(image.result, result))
    .map((image) => viewOf(image.result, { receivedAt: image.receivedAt, inferredAt: image.finishedAt }));
  const view = viewOf(result, { receivedAt: file.discoveredAt, inferredAt: clock.now() });
  const study = foldStudy([...earlier, view]);
  if (!study) return [];

  const known = store.alerts.forStudy(studyKey);
  const routed = view.outcome === 'no-fracture-detected' ? [] : routedWards(config, file, header);
  const { rateLimit } = config.alerts;
  const recent = store.alerts.changedSince(clock.now() - rateLimit.minutes * 60_000);
  const location = readPatientLocation(header.currentPatientLocation);
  const answer = (ward: string, before: Alert | null): Alert | null =>
    updateAlert(before, study, {
      place: { ward, ...location },
      caseRef: store.caseRefs.of(studyKey),
      priorities: config.alerts.priorities,
      isBusy: isBusy(ward, recent, now, rateLimit),
      now,
      newId,
    });
  // A study's alert stays where it was raised, even if a later view would be routed elsewhere.
  const own = new Map(known.map((alert) => [alert.place.ward, alert]));
  const updated = [...own].map(([ward, before]) => ({ before, after: answer(ward, before) ?? before }));
  // A ward to which an alert of the study was escalated already shows the case: one row is enough.
  const seeing = new Set(updated.flatMap(({ after }) => (isShown(after) ? after.wards : [])));
  const further = routed
    .filter((ward) => !own.has(ward) && !seeing.has(ward))
    .flatMap((ward) => answer(ward, null) ?? [])
    .map((after) => ({ before: null, after }));
  return [...updated.filter(({ before, after }) => after !== before), ...further];
}

function routedWards(
  { inboxes, wards }: ConcludeDeps['config'],
  { inbox }: ClaimedFile,
  { department, stationName: station, bodyPart }: RadiographHeader,
): readonly string[] {
  const inboxWard = inboxes.find(({ path }) => path === inbox)?.ward ?? null;
  return wardsFor({ inbox, department, station, bodyPart, inboxWard }, wards);
}

/** Whether two results are of the same image: rewritten, or exported twice. */
function isSameImage(a: AnalysisResult, b: AnalysisResult): boolean {
  const [x, y] = [a.image?.sopInstanceUid ?? a.sha256, b.image?.sopInstanceUid ?? b.sha256];
  return x !== null && x === y;
}

function viewOf(
  result: AnalysisResult,
  { receivedAt, inferredAt }: { receivedAt: number; inferredAt: number },
): StudyView {
  return {
    outcome: result.outcome ?? 'no-fracture-detected',
    confidence: Math.max(0, ...result.findings.map(({ confidence }) => confidence)),
    bodyPart: result.image?.bodyRegion ?? null,
    laterality: result.image?.laterality ?? null,
    acquiredAt: result.image?.acquiredAt ?? null,
    receivedAt: new Date(receivedAt).toISOString(),
    inferredAt: new Date(inferredAt).toISOString(),
    models: result.models,
    degraded: result.degraded,
    isPictureUncertain: result.isPictureUncertain === true,
  };
}
