import type { DataSet } from 'dicom-parser';
import { stringOf } from './dicom-values.ts';

interface Moment {
  readonly date: string;
  readonly time: string;
}

const DATES_AND_TIMES = [
  ['x00080022', 'x00080032'],
  ['x00080023', 'x00080033'],
  ['x00080021', 'x00080031'],
  ['x00080020', 'x00080030'],
] as const;

/**
 * When the image was acquired, else created, else its series or study started: RFC 3339, in UTC where the file
 * states its offset, else local time without an offset; null without a date and a time.
 */
export function acquiredAtOf(dataSet: DataSet): string | null {
  const dateTime = stringOf(dataSet, 'x0008002a') ?? '';
  const offset = /[+-]\d{4}$/.exec(dateTime)?.[0] ?? stringOf(dataSet, 'x00080201');
  const stated = momentOf(dateTime.slice(0, 8), dateTime.slice(8));
  const moments = DATES_AND_TIMES.map(([date, time]) =>
    momentOf(stringOf(dataSet, date) ?? '', stringOf(dataSet, time) ?? ''),
  );
  const moment = [stated, ...moments].find((candidate) => candidate !== null) ?? null;
  if (moment === null) return null;
  const local = `${moment.date}T${moment.time}`;
  if (offset === null || !/^[+-]\d{4}$/.test(offset)) return local;
  const instant = new Date(`${local}${offset.slice(0, 3)}:${offset.slice(3)}`);
  return Number.isNaN(instant.getTime()) ? local : instant.toISOString();
}

/** Whole years from Patient's Age (PS3.5 AS), else between birth and acquisition; null where unknown. */
export function ageYearsOf(dataSet: DataSet): number | null {
  const [, count, unit] = /^(\d{3})([DWMY])$/.exec(stringOf(dataSet, 'x00101010') ?? '') ?? [];
  if (count !== undefined) {
    const perYear = { D: 365.25, W: 52.18, M: 12, Y: 1 }[unit as 'D' | 'W' | 'M' | 'Y'];
    return Math.floor(Number(count) / perYear);
  }
  const birth = dayOf(stringOf(dataSet, 'x00100030') ?? '');
  const taken = dayOf(stringOf(dataSet, 'x00080022') ?? stringOf(dataSet, 'x00080020') ?? '');
  if (birth === null || taken === null || taken < birth) return null;
  const years = Number(taken.slice(0, 4)) - Number(birth.slice(0, 4));
  return taken.slice(5) < birth.slice(5) ? years - 1 : years;
}

function momentOf(dateText: string, timeText: string): Moment | null {
  const date = dayOf(dateText);
  const [, hour, minute, second = '00', fraction = ''] =
    /^(\d{2}):?(\d{2}):?(\d{2})?(\.\d{1,6})?/.exec(timeText) ?? [];
  if (date === null || hour === undefined || minute === undefined) return null;
  const time = `${hour}:${minute}:${second}${fraction.slice(0, 4)}`;
  return Number.isNaN(Date.parse(`${date}T${time}Z`)) ? null : { date, time };
}

/** Also the dotted form of ACR-NEMA times. */
function dayOf(text: string): string | null {
  const [, year, month, day] = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(text) ?? [];
  const date = `${year}-${month}-${day}`;
  return year === undefined || Number.isNaN(Date.parse(date)) ? null : date;
}
