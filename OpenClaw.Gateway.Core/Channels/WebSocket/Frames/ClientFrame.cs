using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Channels.WebSocket.Frames;

/// <summary>What a client's frame is.</summary>
internal enum FrameType : byte
{
    /// <summary>Not what the contract describes: <see cref="ClientFrame.Fault"/> says why.</summary>
    Bad,

    /// <summary>Well-formed, of a type that this version does not know.</summary>
    Unknown,
    Message,
    Typing,
    Upload,
    Read,

    /// <summary>The answer that is being made is not wanted.</summary>
    Cancel,
}

/// <summary>A client's frame as read from the wire; which fields hold follows from the type.</summary>
internal struct ClientFrame
{
    public FrameType Type;

    /// <summary>The frame's id where it has a valid one, also in a bad frame: errors name it.</summary>
    public string? Id;
    public string? Fault;
    public Utf8Text Text;
    public string? Button;

    /// <summary>The client's ids of the uploads that a message carries; null when none.</summary>
    public List<string>? Uploads;
    public bool On;
    public string? Name;
    public string? ContentType;
    public long Size;
    public long Seq;
}
