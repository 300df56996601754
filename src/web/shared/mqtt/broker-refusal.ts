/** The broker has answered no; `reason` is its code (MQTT 5, 2.4). */
export class BrokerRefusal extends Error {
  readonly reason: number;

  constructor(reason: number) {
    super(`the broker refuses with reason ${reason}`);
    this.name = 'BrokerRefusal';
    this.reason = reason;
  }
}
