using System.Text.Json;

namespace OpenClaw.Gateway.Core.Channels.WebSocket.Frames;

/// <summary>Field names and types of the server's frames, encoded once.</summary>
internal static class FrameNames
{
    public static readonly JsonEncodedText Type = JsonEncodedText.Encode("type");
    public static readonly JsonEncodedText Welcome = JsonEncodedText.Encode("welcome");
    public static readonly JsonEncodedText Ack = JsonEncodedText.Encode("ack");
    public static readonly JsonEncodedText Typing = JsonEncodedText.Encode("typing");
    public static readonly JsonEncodedText Delta = JsonEncodedText.Encode("delta");
    public static readonly JsonEncodedText Message = JsonEncodedText.Encode("message");
    public static readonly JsonEncodedText Error = JsonEncodedText.Encode("error");
    public static readonly JsonEncodedText Bye = JsonEncodedText.Encode("bye");

    public static readonly JsonEncodedText Session = JsonEncodedText.Encode("session");
    public static readonly JsonEncodedText User = JsonEncodedText.Encode("user");
    public static readonly JsonEncodedText Agent = JsonEncodedText.Encode("agent");
    public static readonly JsonEncodedText Operator = JsonEncodedText.Encode("operator");
    public static readonly JsonEncodedText Resume = JsonEncodedText.Encode("resume");
    public static readonly JsonEncodedText Seq = JsonEncodedText.Encode("seq");
    public static readonly JsonEncodedText HeartbeatSeconds = JsonEncodedText.Encode("heartbeatSeconds");
    public static readonly JsonEncodedText MaxMessageBytes = JsonEncodedText.Encode("maxMessageBytes");
    public static readonly JsonEncodedText Id = JsonEncodedText.Encode("id");
    public static readonly JsonEncodedText Duplicate = JsonEncodedText.Encode("duplicate");
    public static readonly JsonEncodedText On = JsonEncodedText.Encode("on");
    public static readonly JsonEncodedText Index = JsonEncodedText.Encode("index");
    public static readonly JsonEncodedText Text = JsonEncodedText.Encode("text");
    public static readonly JsonEncodedText From = JsonEncodedText.Encode("from");
    public static readonly JsonEncodedText Name = JsonEncodedText.Encode("name");
    public static readonly JsonEncodedText InReplyTo = JsonEncodedText.Encode("inReplyTo");
    public static readonly JsonEncodedText Attachments = JsonEncodedText.Encode("attachments");
    public static readonly JsonEncodedText Buttons = JsonEncodedText.Encode("buttons");
    public static readonly JsonEncodedText Card = JsonEncodedText.Encode("card");
    public static readonly JsonEncodedText At = JsonEncodedText.Encode("at");
    public static readonly JsonEncodedText ContentType = JsonEncodedText.Encode("contentType");
    public static readonly JsonEncodedText Size = JsonEncodedText.Encode("size");
    public static readonly JsonEncodedText Url = JsonEncodedText.Encode("url");
    public static readonly JsonEncodedText Value = JsonEncodedText.Encode("value");
    public static readonly JsonEncodedText Title = JsonEncodedText.Encode("title");
    public static readonly JsonEncodedText Fields = JsonEncodedText.Encode("fields");
    public static readonly JsonEncodedText ImageUrl = JsonEncodedText.Encode("imageUrl");
    public static readonly JsonEncodedText Code = JsonEncodedText.Encode("code");
    public static readonly JsonEncodedText RetryAfterMs = JsonEncodedText.Encode("retryAfterMs");
    public static readonly JsonEncodedText Reason = JsonEncodedText.Encode("reason");
}

/// <summary>The contract's error codes.</summary>
internal static class ErrorCodes
{
    public const string BadFrame = "bad_frame";
    public const string UnknownType = "unknown_type";
    public const string TooLarge = "too_large";
    public const string RateLimited = "rate_limited";
    public const string Overloaded = "overloaded";
    public const string NotAllowed = "not_allowed";
    public const string UploadIncomplete = "upload_incomplete";
    public const string Internal = "internal";
}
