using System.Net.Http.Headers;
using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Channels.Telegram.Protocol;

/// <summary>
/// A client of the Bot API (https://core.telegram.org/bots/api): what a gateway needs of it. Bodies are JSON, files multipart. Failures are results;
/// only the caller's own token throws. No address ever leaves this class, as the token is in it.
/// </summary>
internal sealed partial class TelegramApi(OutgoingHttp http, TimeProvider time)
{
    /// <summary>The update types that are asked for.</summary>
    public static readonly IReadOnlyList<string> AllowedUpdates = ["message", "callback_query", "my_chat_member"];

    /// <summary>A poll brings at most so many.</summary>
    public const int MostUpdates = 100;

    /// <summary>A call that takes longer is given up.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>A poll may be open so much longer than it asks for; then it is cut: a dead connection says nothing.</summary>
    public static readonly TimeSpan PollGrace = TimeSpan.FromSeconds(10);

    private const int MostOfAnAnswer = 32 * 1_024 * 1_024;
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 256 };

    public ValueTask<TelegramResult<TelegramMe>> GetMeAsync(TelegramAccess access, CancellationToken cancellationToken) => CallAsync(
        access, "getMe", null,
        static me => UpdateReader.ReadUser(me) is { } user ? new TelegramMe(user, me.Flag("can_join_groups"), me.Flag("can_read_all_group_messages")) : null,
        Limit, cancellationToken);

    /// <summary>Waits at Telegram for updates; those before <paramref name="offset"/> are confirmed by it and never come again.</summary>
    public ValueTask<TelegramResult<TelegramPoll>> GetUpdatesAsync(TelegramAccess access, long? offset, TimeSpan timeout, CancellationToken cancellationToken) => CallAsync(
        access, "getUpdates", new { offset, limit = MostUpdates, timeout = (int)timeout.TotalSeconds, allowed_updates = AllowedUpdates },
        UpdateReader.ReadPoll, timeout + PollGrace, cancellationToken);

    /// <summary>The message's id; 0 where the answer does not say.</summary>
    public ValueTask<TelegramResult<long>> SendTextAsync(TelegramAccess access, TextRequest request, CancellationToken cancellationToken) =>
        CallAsync(access, "sendMessage", request, IdOf, Limit, cancellationToken);

    public ValueTask<TelegramResult<long>> EditTextAsync(TelegramAccess access, TextRequest request, CancellationToken cancellationToken) =>
        CallAsync(access, "editMessageText", request, IdOf, Limit, cancellationToken);

    public ValueTask<TelegramResult<bool>> DeleteMessageAsync(TelegramAccess access, long chatId, long messageId, CancellationToken cancellationToken) =>
        CallAsync(access, "deleteMessage", new { chat_id = chatId, message_id = messageId }, IsDone, Limit, cancellationToken);

    public ValueTask<TelegramResult<bool>> SendChatActionAsync(TelegramAccess access, TelegramPlace place, CancellationToken cancellationToken) => CallAsync(
        access, "sendChatAction", new { chat_id = place.ChatId, message_thread_id = place.TopicId, action = "typing" }, IsDone, Limit, cancellationToken);

    public ValueTask<TelegramResult<bool>> AnswerCallbackAsync(TelegramAccess access, string callbackId, string? text, CancellationToken cancellationToken) =>
        CallAsync(access, "answerCallbackQuery", new { callback_query_id = callbackId, text }, IsDone, Limit, cancellationToken);

    public ValueTask<TelegramResult<bool>> SetWebhookAsync(TelegramAccess access, Uri url, string secret, CancellationToken cancellationToken) => CallAsync(
        access, "setWebhook", new { url, secret_token = secret, allowed_updates = AllowedUpdates, drop_pending_updates = false }, IsDone, Limit, cancellationToken);

    /// <summary>What waits at Telegram stays there.</summary>
    public ValueTask<TelegramResult<bool>> DeleteWebhookAsync(TelegramAccess access, CancellationToken cancellationToken) =>
        CallAsync(access, "deleteWebhook", new { drop_pending_updates = false }, IsDone, Limit, cancellationToken);

    public ValueTask<TelegramResult<TelegramWebhook>> GetWebhookInfoAsync(TelegramAccess access, CancellationToken cancellationToken) => CallAsync(
        access, "getWebhookInfo", null,
        info => info.ValueKind != JsonValueKind.Object ? null : new TelegramWebhook(
            info.Text("url") ?? "", info.Number("pending_update_count") ?? 0, AtOf(info.Number("last_error_date")),
            info.Text("last_error_message") is { Length: > 0 } said ? access.Redact(Excerpt.Short(said)) : null),
        Limit, cancellationToken);

    public ValueTask<TelegramResult<bool>> SetCommandsAsync(TelegramAccess access, IReadOnlyList<BotCommand> commands, CancellationToken cancellationToken) =>
        CallAsync(access, "setMyCommands", new { commands }, IsDone, Limit, cancellationToken);

    public ValueTask<TelegramResult<IReadOnlyList<BotCommand>>> GetCommandsAsync(TelegramAccess access, CancellationToken cancellationToken) => CallAsync<IReadOnlyList<BotCommand>>(
        access, "getMyCommands", null,
        static commands => commands.ValueKind == JsonValueKind.Array ? [.. commands.EnumerateArray().Select(c => new BotCommand(c.Text("command") ?? "", c.Text("description") ?? ""))] : null,
        Limit, cancellationToken);

    private static long? IdOf(JsonElement message) => message.Number("message_id") ?? 0;

    private static bool? IsDone(JsonElement result) => result.ValueKind == JsonValueKind.True;

    private static DateTimeOffset? AtOf(long? unix) => unix is > 0 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(unix.Value) : null;

    private ValueTask<TelegramResult<T>> CallAsync<T>(TelegramAccess access, string method, object? body, Func<JsonElement, T?> read, TimeSpan limit, CancellationToken cancellationToken)
        where T : class => CallAsync<T>(access, method, ContentOf(body), (JsonElement e, out T value) => (value = read(e)!) is not null, limit, cancellationToken);

    private ValueTask<TelegramResult<T>> CallAsync<T>(TelegramAccess access, string method, object? body, Func<JsonElement, T?> read, TimeSpan limit, CancellationToken cancellationToken)
        where T : struct => CallAsync<T>(access, method, ContentOf(body), (JsonElement e, out T value) =>
        {
            var found = read(e);
            value = found.GetValueOrDefault();
            return found is not null;
        }, limit, cancellationToken);

    private async ValueTask<TelegramResult<T>> CallAsync<T>(TelegramAccess access, string method, HttpContent content, Reader<T> read, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Post, access.Method(method)) { Content = content };
        request.Headers.Add("User-Agent", "OpenClaw-Gateway");
        try
        {
            using var response = await http.SendAsync(request, either.Token);
            var body = await ReadAsync(response, either.Token);
            return body is null
                ? TooLarge(access)
                : Judge(access, response, body.Value, read);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            return late.IsCancellationRequested ? TelegramErrors.Late(access, limit) : TelegramErrors.OfException(access, e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return TelegramErrors.OfException(access, e);
        }
    }

    private TelegramResult<T> Judge<T>(TelegramAccess access, HttpResponseMessage response, ReadOnlyMemory<byte> body, Reader<T> read)
    {
        var pause = RetryAfter.Of(response, time.GetUtcNow());
        try
        {
            using var answer = JsonDocument.Parse(body, Reading);
            var root = answer.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("ok", out var ok) || ok.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
                return TelegramErrors.OfPage(access, response.StatusCode, body.Span, pause);
            if (ok.ValueKind == JsonValueKind.False) return TelegramErrors.OfAnswer(access, response.StatusCode, root, pause);
            if (root.TryGetProperty("result", out var result) && read(result, out var value)) return value;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // not JSON, or with names that cannot be read: no answer of the Bot API
        }

        return TelegramErrors.OfPage(access, response.StatusCode, body.Span, pause);
    }

    private static TelegramFailure TooLarge(TelegramAccess access) =>
        new(TelegramTrouble.NotTelegram, FailureKind.Transient, $"{access.Server} answered with more than {MostOfAnAnswer / 1_048_576} MB.", DeadLetterRisks.Unknown);

    private static HttpContent ContentOf(object? body)
    {
        var content = new ByteArrayContent(body is null ? "{}"u8.ToArray() : JsonSerializer.SerializeToUtf8Bytes(body, body.GetType(), RequestJson.Options));
        content.Headers.ContentType = Json; // without a charset: strict servers know this one only
        return content;
    }

    /// <summary>The body; null when it is larger than any answer may be.</summary>
    private static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var length = response.Content.Headers.ContentLength;
        if (length > MostOfAnAnswer) return null;
        var body = new byte[length is > 0 ? (int)length.Value : 4_096];
        var filled = 0;
        while (true)
        {
            var read = filled < body.Length ? await stream.ReadAsync(body.AsMemory(filled), cancellationToken) : 0;
            filled += read;
            if (filled < body.Length && read > 0) continue;
            if (filled < body.Length || filled == length) return body.AsMemory(0, filled);
            if (filled > MostOfAnAnswer) return null;
            Array.Resize(ref body, body.Length * 2);
        }
    }

    private delegate bool Reader<T>(JsonElement result, out T value);
}
