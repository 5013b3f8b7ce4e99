using System.Text.Json;

namespace OpenClaw.Gateway.Core.Agents.Socket;

/// <summary>The gateway's frames beside <c>request</c>.</summary>
internal static class GatewayFrames
{
    /// <summary>Nobody waits for the answer any more.</summary>
    public static FrameBuffer Cancel(Guid id) => Write(id, static (json, id) =>
    {
        json.WriteString("type"u8, "cancel"u8);
        json.WriteString("id"u8, id);
    });

    /// <summary>The connection ends, for that reason.</summary>
    public static FrameBuffer Bye(string reason) => Write(reason, static (json, reason) =>
    {
        json.WriteString("type"u8, "bye"u8);
        json.WriteString("reason"u8, reason);
    });

    /// <summary>A frame was refused.</summary>
    public static FrameBuffer Error(string code, string message) => Write((code, message), static (json, error) =>
    {
        json.WriteString("type"u8, "error"u8);
        json.WriteString("code"u8, error.code);
        json.WriteString("message"u8, error.message);
    });

    /// <summary>A user of that session writes something, or stopped.</summary>
    public static FrameBuffer Typing(Guid session, bool on) => Write((session, on), static (json, typing) =>
    {
        json.WriteString("type"u8, "typing"u8);
        json.WriteString("session"u8, typing.session);
        json.WriteBoolean("on"u8, typing.on);
    });

    private static FrameBuffer Write<T>(T about, Action<Utf8JsonWriter, T> fields)
    {
        var frame = new FrameBuffer();
        using var json = new Utf8JsonWriter(frame);
        json.WriteStartObject();
        fields(json, about);
        json.WriteEndObject();
        json.Flush();
        return frame;
    }
}
