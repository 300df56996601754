/** Node's WebSocket, which a browser has built in: never called here. */
export default function NodeWebSocket(): void {
  throw new Error('a page speaks through the WebSocket of its browser');
}
