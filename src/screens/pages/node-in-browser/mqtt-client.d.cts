import type { IClientOptions, MqttClient as Client } from 'mqtt';

export declare const MqttClient: typeof Client;
export declare const browserStreamBuilder: (client: Client, options: IClientOptions) => Client['stream'];
