using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using OpenClaw.Gateway.Core.Administration.Archive;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Portal.Components.Controls.Lists;
using OpenClaw.Portal.Endpoints.Api;
using OpenClaw.Portal.Endpoints.Audit;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Endpoints.Archive;

/// <summary>Writes a conversation as a file while it is read, so that a long one costs no memory.</summary>
internal sealed class SessionExport(ExportedSession conversation, string format, TenantNames names) : IResult
{
    public const string Json = "json", Csv = "csv", Txt = "txt";

    /// <summary>Of these one can choose.</summary>
    public static IReadOnlyList<string> Formats { get; } = [Json, Csv, Txt];

    private const int Portion = 32 * 1024;

    private static readonly string[] Head = ["seq", "at", "from", "author", "authorId", "text", "button", "attachments", "state", "inReplyTo", "id", "externalId", "subject"];

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = format switch { Csv => Components.Controls.Lists.Csv.ContentType, Txt => "text/plain; charset=utf-8", _ => "application/json; charset=utf-8" };
        response.Headers.ContentDisposition = $"attachment; filename=\"conversation-{conversation.Session.Id}.{format}\"";
        response.Headers.CacheControl = "no-store";
        await (format switch { Csv => TableAsync(response, httpContext.RequestAborted), Txt => TextAsync(response, httpContext.RequestAborted), _ => WriteJsonAsync(response.BodyWriter, conversation, oneLine: false, httpContext.RequestAborted) });
    }

    /// <summary>Writes a conversation as one JSON object and a line's end; within a line where it stands among others.</summary>
    public static async Task WriteJsonAsync(PipeWriter body, ExportedSession conversation, bool oneLine, CancellationToken cancellationToken)
    {
        body.Write("{\"session\":"u8);
        // with what the archive knows of it, where it is archived
        body.Write(JsonSerializer.SerializeToUtf8Bytes(conversation.Session, conversation.Session.GetType(), ApiJson.Options));
        body.Write(",\"messages\":["u8);
        var (first, waiting) = (true, 0);
        await foreach (var message in conversation.Messages)
        {
            if (!first) body.Write(oneLine ? ","u8 : ",\n"u8);
            first = false;
            var bytes = JsonSerializer.SerializeToUtf8Bytes(message, ApiJson.Options);
            body.Write(bytes);
            waiting += bytes.Length;
            if (waiting < Portion) continue;
            await body.FlushAsync(cancellationToken);
            waiting = 0;
        }
        body.Write("]}\n"u8);
        await body.FlushAsync(cancellationToken);
    }

    private async Task TableAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        await response.WriteAsync(CsvText.Begin(Head), Encoding.UTF8, cancellationToken);
        await foreach (var message in conversation.Messages)
        {
            string?[] cells =
            [
                message.Seq.ToString(CultureInfo.InvariantCulture), Time(message.At), message.From, Author(message), AuthorId(message), message.Text, message.Button,
                string.Join("; ", message.Attachments.Select(a => a.Name)), message.State, message.InReplyTo?.ToString(), message.Id.ToString(), message.ExternalId, message.Mail?.Subject,
            ];
            await response.WriteAsync(CsvText.Row(cells), Encoding.UTF8, cancellationToken);
        }
    }

    private async Task TextAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        var session = conversation.Session;
        var head = new StringBuilder("Conversation with ").Append(OneLine(session.User.Name ?? session.User.Id));
        if (session.User.Name is not null) head.Append(" (").Append(OneLine(session.User.Id)).Append(')');
        if (names.Channel(session.Channel) is { } channel) head.Append(" on ").Append(channel);
        head.Append('\n').Append(Time(session.CreatedAt)).Append(" to ").Append(Time(session.LastActivityAt)).Append(", session ").Append(session.Id).Append("\n\n");
        await response.WriteAsync(head.ToString(), Encoding.UTF8, cancellationToken);
        await foreach (var message in conversation.Messages) await response.WriteAsync(Lines(message), Encoding.UTF8, cancellationToken);
    }

    /// <summary>Names come from platforms and tokens: what breaks a line there would let somebody write another's.</summary>
    private static string OneLine(string? name) => string.Concat((name ?? "").Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c));

    /// <summary>Further lines stand under the first, so that nobody can write another's.</summary>
    private string Lines(MessageView message)
    {
        var text = new StringBuilder("[").Append(Time(message.At)).Append("] ").Append(OneLine(Author(message))).Append(": ");
        if (message.Mail?.Subject is { Length: > 0 } subject) text.Append("Subject: ").Append(OneLine(subject)).Append("\n    ");
        text.Append(message.Text.ReplaceLineEndings("\n    "));
        if (message.Button is not null) text.Append(message.Text.Length > 0 ? "\n    " : "").Append("pressed \"").Append(message.Button.ReplaceLineEndings(" ")).Append('"');
        if (message.Card is { } card) text.Append("\n    ").Append(string.Join(": ", new[] { card.Title, card.Text }.Where(t => !string.IsNullOrEmpty(t))).ReplaceLineEndings("\n    "));
        foreach (var file in message.Attachments) text.Append("\n    attachment: ").Append(file.Name.ReplaceLineEndings(" ")).Append(" (").Append(file.ContentType).Append(", ").Append(CultureInfo.InvariantCulture, $"{file.Size} bytes)");
        foreach (var left in message.Mail?.Left ?? []) text.Append("\n    not taken: ").Append(OneLine(left));
        foreach (var report in message.Reports ?? []) text.Append("\n    ").Append(report.Verdict).Append(' ').Append(Time(report.At)).Append(": ").Append(OneLine(report.Recipient)).Append(' ').Append(report.Status).Append(' ').Append(OneLine(report.Detail));
        return text.Append('\n').ToString();
    }

    private string Author(MessageView message) => message.From switch
    {
        "agent" => names.Agent(message.AgentId) ?? "Agent",
        "operator" => message.Author?.Name ?? "Operator",
        _ => message.Author?.Name ?? message.Author?.Id ?? conversation.Session.User.Name ?? conversation.Session.User.Id,
    };

    private string? AuthorId(MessageView message) => message.From switch
    {
        "agent" => message.AgentId?.ToString(),
        "operator" => message.Author?.Id,
        _ => message.Author?.Id ?? conversation.Session.User.Id,
    };

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);
}

/// <summary>What a file of the format <c>json</c> holds.</summary>
internal sealed record SessionExportBody(SessionView Session, IReadOnlyList<MessageView> Messages);
