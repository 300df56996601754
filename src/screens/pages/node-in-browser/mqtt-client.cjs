/** The two parts of mqtt.js a display needs; the rest (TCP, TLS, proxies) is for Node. */
module.exports = {
  MqttClient: require('mqtt/lib/client').default,
  browserStreamBuilder: require('mqtt/lib/connect/ws').browserStreamBuilder,
};
