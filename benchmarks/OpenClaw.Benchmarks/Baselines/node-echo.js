// The usual design without a gateway's duties: Node, ws, an EventEmitter as the bus between channel and agent.
// Every message is parsed and answered in one frame; there is no ack, and nothing is durable.
// usage: node node-echo.js <folder with node_modules> <port>
const { EventEmitter } = require('node:events');
const { createRequire } = require('node:module');

const { WebSocketServer } = createRequire(process.argv[2] + '/')('ws');
const bus = new EventEmitter();

bus.on('message', (session, message) => bus.emit('reply', session, message.id, message.text));
bus.on('reply', (session, id, text) => session.socket.send(JSON.stringify({ type: 'message', id, from: 'agent', text })));

const server = new WebSocketServer({
  host: '127.0.0.1', port: Number(process.argv[3]), perMessageDeflate: false, handleProtocols: () => 'openclaw.v1',
});
server.on('connection', (socket) => {
  const session = { socket };
  socket.on('error', () => socket.terminate());
  socket.on('message', (data) => bus.emit('message', session, JSON.parse(data)));
});
