// A webhook agent in plain Node: node webhook.mjs, with WEBHOOK_SECRET=whsec_… and PORT in the environment.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const key = Buffer.from(process.env.WEBHOOK_SECRET.replace(/^whsec_/, ''), 'base64');

// Standard Webhooks: HMAC over id.timestamp.body, not older than five minutes
function signed(headers, body) {
  const stamp = Number(headers['webhook-timestamp']);
  if (!(Math.abs(Date.now() / 1000 - stamp) <= 300)) return false;
  const mac = createHmac('sha256', key).update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.`).update(body).digest('base64');
  const expected = Buffer.from('v1,' + mac);
  return (headers['webhook-signature'] ?? '').split(' ').some(given => given.length === expected.length && timingSafeEqual(Buffer.from(given), expected));
}

createServer(async (request, response) => {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  const body = Buffer.concat(pieces);
  if (!signed(request.headers, body)) return response.writeHead(401).end();
  const { text } = JSON.parse(body).message;
  if (!text.startsWith('stream ')) {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    return response.end(JSON.stringify({ messages: [{ text: 'You said: ' + text }] }));
  }
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  for (const word of text.slice(7).split(' ')) response.write(`event: delta\ndata: ${JSON.stringify({ text: word + ' ' })}\n\n`);
  response.end('event: done\ndata: {}\n\n');
}).listen(process.env.PORT ?? 8080);
