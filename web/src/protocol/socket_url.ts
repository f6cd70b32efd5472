/** The WebSocket at `path` of the gateway that this page came from. */
export const socketUrl = (path: string) => `${location.protocol === 'http:' ? 'ws' : 'wss'}://${location.host}${path}`;
