"""An OpenEnv client made from the protocol alone, of nothing but the standard library: reset, step, state, close over a WebSocket. Prints what it was answered, a line of JSON each."""
import base64
import json
import os
import socket
import struct
import sys


class Connection:
    def __init__(self, host, port):
        self.socket = socket.create_connection((host, port), timeout=120)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(f"GET /ws HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
        self.rest = b""
        while b"\r\n\r\n" not in self.rest:
            self.rest += self.socket.recv(4096)
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        assert head.startswith(b"HTTP/1.1 101"), head

    def read(self, count):
        while len(self.rest) < count:
            more = self.socket.recv(65536)
            assert more, "the server hung up"
            self.rest += more
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken

    def send(self, payload, opcode=1):
        mask = os.urandom(4)
        size = len(payload)
        head = struct.pack("!BB", 0x80 | opcode, 0x80 | size) if size < 126 else struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, size) if size < 65536 else struct.pack("!BBQ", 0x80 | opcode, 0x80 | 127, size)
        self.socket.sendall(head + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload)))

    def receive(self):
        message = b""
        while True:
            first, second = self.read(2)
            size = second & 0x7F
            if size == 126:
                size = struct.unpack("!H", self.read(2))[0]
            elif size == 127:
                size = struct.unpack("!Q", self.read(8))[0]
            payload = self.read(size)
            if first & 0x0F == 9:
                self.send(payload, 10)
                continue
            if first & 0x0F == 8:
                return None
            message += payload
            if first & 0x80:
                return json.loads(message)

    def ask(self, message):
        self.send(json.dumps(message).encode())
        answer = self.receive()
        print(json.dumps(answer), flush=True)
        return answer


connection = Connection(sys.argv[1], int(sys.argv[2]))
connection.ask({"type": "reset", "data": {"seed": 7, "episode_id": "python"}})
connection.ask({"type": "step", "data": {"tool": "bash", "arguments": {"command": "echo one > /tmp/kept; pwd"}}})
connection.ask({"type": "step", "data": {"tool_calls": [{"id": "a", "type": "function", "function": {"name": "bash", "arguments": "{\"command\": \"cat /tmp/kept\"}"}}]}})
connection.ask({"type": "state"})
connection.ask({"type": "step", "data": {"tool": "bash", "arguments": {"command": sys.argv[3]}}})
connection.send(json.dumps({"type": "close"}).encode())
assert connection.receive() is None
