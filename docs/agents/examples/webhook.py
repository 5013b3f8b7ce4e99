# A webhook agent in plain Python: python3 webhook.py, with WEBHOOK_SECRET=whsec_… and PORT in the environment.
import base64, hashlib, hmac, json, os, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = base64.b64decode(os.environ["WEBHOOK_SECRET"].removeprefix("whsec_"))


def signed(headers, body):  # Standard Webhooks: HMAC over id.timestamp.body, not older than five minutes
    stamp = headers.get("webhook-timestamp", "")
    if not stamp.isdigit() or abs(time.time() - int(stamp)) > 300:
        return False
    mac = hmac.new(KEY, f"{headers.get('webhook-id')}.{stamp}.".encode() + body, hashlib.sha256).digest()
    expected = "v1," + base64.b64encode(mac).decode()
    return any(hmac.compare_digest(expected, given) for given in headers.get("webhook-signature", "").split())


class Agent(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not signed(self.headers, body):
            return self.send_error(401)
        text = json.loads(body)["message"]["text"]
        stream = text.startswith("stream ")
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream" if stream else "application/json")
        self.end_headers()
        if not stream:
            return self.wfile.write(json.dumps({"messages": [{"text": "You said: " + text}]}).encode())
        for word in text.removeprefix("stream ").split():
            self.wfile.write(f"event: delta\ndata: {json.dumps({'text': word + ' '})}\n\n".encode())
        self.wfile.write(b"event: done\ndata: {}\n\n")


ThreadingHTTPServer(("", int(os.environ.get("PORT", "8080"))), Agent).serve_forever()
