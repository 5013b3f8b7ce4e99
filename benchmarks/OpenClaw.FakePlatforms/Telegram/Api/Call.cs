using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Telegram.World;

namespace OpenClaw.FakePlatforms.Telegram.Api;

/// <summary>A call of a bot.</summary>
internal sealed class ApiCall(FakeBot bot, string method, RequestFields fields, DateTimeOffset at, CancellationToken aborted)
{
    public FakeBot Bot => bot;

    /// <summary>As the documentation writes it.</summary>
    public string Method => method;

    public RequestFields Fields => fields;

    public DateTimeOffset At => at;

    /// <summary>The caller hung up, or the server stops.</summary>
    public CancellationToken Aborted => aborted;

    /// <summary>The whole answer; null while there is none, and when the connection broke instead.</summary>
    public JsonObject? Answer { get; set; }

    /// <summary>error_code of the answer; null: it went well, or there is no answer.</summary>
    public int? ErrorCode => (int?)Answer?["error_code"];

    public bool Succeeded => Answer is { } answer && (bool?)answer["ok"] is true;

    /// <summary>A field as text.</summary>
    public string? this[string field] => fields.Text(field);

    public override string ToString() => $"{Method} {Fields.Shown().ToJsonString()} -> {Answer?.ToJsonString() ?? "no answer"}";
}
