/** The broker refused a request; `reason` is its code (MQTT 5, 2.4). */
export class BrokerRefusal extends Error {
  readonly reason: number;

  constructor(reason: number) {
    super(`The broker refused the request with reason ${reason}.`);
    this.name = 'BrokerRefusal';
    this.reason = reason;
  }
}
