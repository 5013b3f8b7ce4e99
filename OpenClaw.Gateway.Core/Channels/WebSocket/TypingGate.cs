namespace OpenClaw.Gateway.Core.Channels.WebSocket;

/// <summary>
/// What a client says about its typing goes on to agents only where it says something new, and not faster than people type: "on" at most every
/// half second, and "off" only after an "on" that went on. Mutable: a field of the connection.
/// </summary>
internal struct TypingGate
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private bool _on;
    private long _at;

    public bool MayPass(bool on, long now, TimeProvider time)
    {
        if (on == _on || (on && _at != 0 && time.GetElapsedTime(_at, now) < Pause)) return false;
        _on = on;
        if (on) _at = now;
        return true;
    }
}
