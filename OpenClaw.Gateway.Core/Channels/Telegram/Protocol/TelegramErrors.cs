using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Channels.Telegram.Protocol;

/// <summary>The one table from what went wrong at Telegram, or on the way there, to what the gateway does about it.</summary>
internal static class TelegramErrors
{
    /// <summary>The pause after a refusal for too many requests that does not say how long.</summary>
    public static readonly TimeSpan UnsaidPause = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(1);

    /// <summary>What Telegram writes in a 400, in any case of letters; the first that is found counts.</summary>
    private static readonly (string Said, TelegramTrouble Trouble)[] Said =
    [
        ("message is not modified", TelegramTrouble.NotModified),
        ("upgraded to a supergroup", TelegramTrouble.Migrated),
        ("message to edit not found", TelegramTrouble.MessageGone),
        ("message can't be edited", TelegramTrouble.MessageGone),
        ("message to delete not found", TelegramTrouble.MessageGone),
        ("message can't be deleted", TelegramTrouble.MessageGone),
        ("message_id_invalid", TelegramTrouble.MessageGone),
        ("message to be replied not found", TelegramTrouble.ReplyGone),
        ("message to reply not found", TelegramTrouble.ReplyGone),
        ("replied message not found", TelegramTrouble.ReplyGone),
        ("message thread not found", TelegramTrouble.ThreadGone),
        ("topic_closed", TelegramTrouble.ThreadGone),
        ("topic_deleted", TelegramTrouble.ThreadGone),
        ("topic closed", TelegramTrouble.ThreadGone),
        ("topic deleted", TelegramTrouble.ThreadGone),
        ("parse entities", TelegramTrouble.EntitiesRefused),
        ("parse message text", TelegramTrouble.EntitiesRefused),
        ("parse messageentit", TelegramTrouble.EntitiesRefused),
        ("entity_", TelegramTrouble.EntitiesRefused),
        ("entities_", TelegramTrouble.EntitiesRefused),
        ("entities too", TelegramTrouble.EntitiesRefused),
        ("too long", TelegramTrouble.TooLong),
        ("too_long", TelegramTrouble.TooLong),
        ("button_", TelegramTrouble.ButtonsRefused),
        ("button type", TelegramTrouble.ButtonsRefused),
        ("inline keyboard", TelegramTrouble.ButtonsRefused),
        ("reply markup", TelegramTrouble.ButtonsRefused),
        ("reply_markup", TelegramTrouble.ButtonsRefused),
        ("query is too old", TelegramTrouble.QueryTooOld),
        ("query id is invalid", TelegramTrouble.QueryTooOld),
        ("query_id_invalid", TelegramTrouble.QueryTooOld),
        ("file", TelegramTrouble.FileRefused),
        ("photo", TelegramTrouble.FileRefused),
        ("image_process", TelegramTrouble.FileRefused),
        ("http url", TelegramTrouble.FileRefused),
        ("web page content", TelegramTrouble.FileRefused),
        ("webpage_", TelegramTrouble.FileRefused),
        ("voice_messages_forbidden", TelegramTrouble.FileRefused),
        ("chat not found", TelegramTrouble.ChatGone),
        ("user not found", TelegramTrouble.ChatGone),
        ("peer_id_invalid", TelegramTrouble.ChatGone),
        ("deactivated", TelegramTrouble.ChatGone),
        ("not enough rights", TelegramTrouble.ChatGone),
        ("have no rights", TelegramTrouble.ChatGone),
        ("chat_write_forbidden", TelegramTrouble.ChatGone),
        ("chat_restricted", TelegramTrouble.ChatGone),
        ("chat_admin_required", TelegramTrouble.ChatGone),
    ];

    /// <summary>An answer of the Bot API that says <c>"ok": false</c>.</summary>
    public static TelegramFailure OfAnswer(TelegramAccess access, HttpStatusCode status, JsonElement answer, TimeSpan? header)
    {
        ArgumentNullException.ThrowIfNull(access);
        var said = access.Redact(Excerpt.Short(answer.Text("description") ?? "no description"));
        var code = answer.Number("error_code") is { } number and >= 100 and < 1_000 ? (int)number : (int)status;
        var parameters = answer.Member("parameters");
        var migrate = parameters?.Number("migrate_to_chat_id");
        var trouble = migrate is not null ? TelegramTrouble.Migrated : TroubleOf(code, said);
        var pause = trouble == TelegramTrouble.Flood ? PauseOf(parameters?.Number("retry_after"), header) : (TimeSpan?)null;
        var risk = code >= 500 ? DeadLetterRisks.Unknown : DeadLetterRisks.NeverSent;
        return new(trouble, KindOf(code, trouble), string.Create(CultureInfo.InvariantCulture, $"Telegram said {code}: {said}"), risk, pause, migrate, code);
    }

    /// <summary>An answer that is none of the Bot API's: a page of a proxy or of a web site.</summary>
    public static TelegramFailure OfPage(TelegramAccess access, HttpStatusCode status, ReadOnlySpan<byte> body, TimeSpan? header)
    {
        ArgumentNullException.ThrowIfNull(access);
        var code = (int)status;
        var redirect = code is >= 300 and < 400 ? "; redirects are not followed" : "";
        var detail = access.Redact(string.Create(CultureInfo.InvariantCulture, $"{access.Server} answered HTTP {code} with something that is not the Bot API's{redirect}\n{(body.TrimStart(" \t\r\n"u8) is [(byte)'<', ..] ? "A web page: " + Excerpt.Short(Encoding.UTF8.GetString(body[..Math.Min(body.Length, Excerpt.Bytes)])) : Excerpt.Of(body))}").TrimEnd());
        return code == 429
            ? new(TelegramTrouble.Flood, FailureKind.RateLimited, detail, DeadLetterRisks.NeverSent, PauseOf(null, header), Code: code)
            : new(TelegramTrouble.NotTelegram, FailureKind.Transient, detail, code is >= 300 and < 500 ? DeadLetterRisks.NeverSent : DeadLetterRisks.Unknown, header, Code: code);
    }

    /// <summary>A connection that was refused, could not be made, or broke.</summary>
    public static TelegramFailure OfException(TelegramAccess access, Exception e)
    {
        ArgumentNullException.ThrowIfNull(access);
        if (DestinationForbiddenException.In(e) is { } forbidden)
            return new(TelegramTrouble.AddressForbidden, FailureKind.Forbidden, forbidden.Message, DeadLetterRisks.NeverSent);
        if (e is OperationCanceledException)
            return new(TelegramTrouble.Unreachable, FailureKind.Timeout, $"The connection to {access.Server} could not be made in time.", DeadLetterRisks.NeverSent);
        var error = (e as HttpRequestException)?.HttpRequestError ?? (e as HttpIOException)?.HttpRequestError;
        var neverSent = error is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError;
        return new(
            TelegramTrouble.Unreachable, FailureKind.Transient, access.Redact($"The connection to {access.Server} failed: {Reasons(e)}"),
            neverSent ? DeadLetterRisks.NeverSent : DeadLetterRisks.Unknown);
    }

    /// <summary>Nothing came in time.</summary>
    public static TelegramFailure Late(TelegramAccess access, TimeSpan limit)
    {
        ArgumentNullException.ThrowIfNull(access);
        return new(TelegramTrouble.NoAnswer, FailureKind.Timeout, string.Create(CultureInfo.InvariantCulture, $"No answer from {access.Server} within {limit.TotalSeconds:0} s."), DeadLetterRisks.Unknown);
    }

    private static TelegramTrouble TroubleOf(int code, string said) => code switch
    {
        401 => TelegramTrouble.TokenRefused,
        404 => said.Contains("method", StringComparison.OrdinalIgnoreCase) ? TelegramTrouble.UnknownMethod : TelegramTrouble.TokenRefused,
        403 => TelegramTrouble.ChatGone,
        409 => TelegramTrouble.Conflict,
        413 => TelegramTrouble.FileRefused,
        420 or 429 => TelegramTrouble.Flood,
        >= 500 => TelegramTrouble.ServerError,
        >= 400 => Said.FirstOrDefault(row => said.Contains(row.Said, StringComparison.OrdinalIgnoreCase)).Trouble,
        _ => TelegramTrouble.Other,
    };

    private static FailureKind KindOf(int code, TelegramTrouble trouble) => trouble switch
    {
        TelegramTrouble.TokenRefused => FailureKind.Authentication,
        TelegramTrouble.Flood => FailureKind.RateLimited,
        TelegramTrouble.Conflict or TelegramTrouble.ServerError => FailureKind.Transient,
        _ => code is >= 400 and < 500 ? FailureKind.Permanent : FailureKind.Transient,
    };

    private static TimeSpan PauseOf(long? seconds, TimeSpan? header)
    {
        var pause = seconds is { } given and >= 0 ? TimeSpan.FromSeconds(Math.Min(given, (long)LongestPause.TotalSeconds)) : header ?? UnsaidPause;
        return pause < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : pause;
    }

    private static string Reasons(Exception e) => e.InnerException is { } inner && !e.Message.Contains(inner.Message, StringComparison.Ordinal) ? $"{e.Message} {Reasons(inner)}" : e.Message;
}
