/**
 * The topics of the contract, built in one place for the daemon and the pages.
 * A segment never holds patient data and never `/`, `+`, `#` or a control character: ids are checked by the
 * configuration, display ids and nonces by their readers.
 */
const ROOT = 'bonewatch/v1';

export interface DeviceTopics {
  readonly availability: string;
  readonly info: string;
  readonly health: string;
  readonly image: string;
  technical(code: string): string;
}

/** Topics of one device of one site. */
export function deviceTopics(site: string, device: string): DeviceTopics {
  const base = `${ROOT}/${site}/${device}`;
  return {
    availability: `${base}/availability`,
    info: `${base}/info`,
    health: `${base}/health`,
    image: `${base}/image`,
    technical: (code) => `${base}/technical/${code}`,
  };
}

export interface WardTopics {
  readonly event: string;
  readonly allAlerts: string;
  alert(id: string): string;
  alertSet(id: string): string;
}

/** Topics of one ward; `+` as the ward gives the filter over all wards. */
export function wardTopics(site: string, ward: string): WardTopics {
  const base = `${ROOT}/${site}/ward/${ward}`;
  return {
    event: `${base}/event`,
    allAlerts: `${base}/alert/+`,
    alert: (id) => `${base}/alert/${id}`,
    alertSet: (id) => `${base}/alert/${id}/set`,
  };
}

export interface DisplayTopics {
  readonly availability: string;
  readonly received: string;
}

/** Topics of one display; `+` as the display gives the filter over all displays. */
export function displayTopics(site: string, display: string): DisplayTopics {
  const base = `${ROOT}/${site}/display/${display}`;
  return { availability: `${base}/availability`, received: `${base}/received` };
}
