/** mqtt.js logs each packet through `debug`; a wall screen has no reader for it. CommonJS, since it is required as a function. */
module.exports = () => () => undefined;
