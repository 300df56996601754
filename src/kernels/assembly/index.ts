export { averageColumns, averageRows } from './average-area';
export { joinBytes, unpackBits } from './unpack-bits';
