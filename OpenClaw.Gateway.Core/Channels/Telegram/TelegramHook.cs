using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Telegram.Protocol;

namespace OpenClaw.Gateway.Core.Channels.Telegram;

/// <summary>
/// Takes Telegram's calls. An unknown channel, one that polls, and a wrong secret all look the same from outside. 200 is said when the update is durable; what
/// cannot be taken now is 503, and Telegram calls again.
/// </summary>
internal sealed partial class TelegramHook(ICatalog catalog, TelegramBots bots, TelegramWebhooks webhooks, TelegramIntake intake, TimeProvider time, ILogger<TelegramHook> log)
{
    public const string SecretHeader = "X-Telegram-Bot-Api-Secret-Token";
    private const int MostBytes = 4 * 1_024 * 1_024;
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 256 };

    public async Task HandleAsync(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        if (Known(http) is not { } channel)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (bots.Find(channel.Id) is not { } bot)
        {
            Later(http, TimeSpan.FromSeconds(5)); // it is being connected
            return;
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = MostBytes;
        try
        {
            using var body = await JsonDocument.ParseAsync(http.Request.Body, Reading, http.RequestAborted);
            await TakeAsync(http, bot, body.RootElement);
        }
        catch (JsonException)
        {
            LogMalformed(log, channel.Tenant.Id, channel.Id);
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
        }
        catch (BadHttpRequestException e)
        {
            http.Response.StatusCode = e.StatusCode;
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Telegram hung up, and calls again
        }
    }

    private async Task TakeAsync(HttpContext http, TelegramBot bot, JsonElement body)
    {
        bot.Connection.Proof();
        var (_, update) = UpdateReader.Read(body);
        if (update is null)
        {
            LogMalformed(log, bot.Connection.Channel.Tenant.Id, bot.Connection.Channel.Id); // it will not be another one the next time
            await bot.Connection.NoteGapAsync(time.GetUtcNow(), 0, 1, TelegramIntake.Unreadable, null, http.RequestAborted);
            return;
        }

        var outcome = await intake.TakeAsync(bot, update, http.RequestAborted);
        if (outcome.Verdict == PlatformVerdict.Accepted) webhooks.Count(bot.Connection.Channel.Id);
        if (!outcome.IsSettled) Later(http, outcome.RetryAfter ?? TimeSpan.FromSeconds(1));
    }

    /// <summary>The channel that is called, when the caller knows its secret. Takes as long for one that is not there.</summary>
    private ChannelModel? Known(HttpContext http)
    {
        var channel = Guid.TryParse(http.Request.RouteValues["channelId"] as string, out var id) ? catalog.FindChannel(id) : null;
        var isOne = channel is { Kind: TelegramKind.Name, Enabled: true, Tenant.Suspended: false } && TelegramSettings.Of(channel).IsWebhook;
        var expected = webhooks.SecretOf(id, channel is null ? "" : TelegramAccess.BotIdOf(channel.Secrets.GetValueOrDefault(TelegramAccess.TokenSecret)) ?? "");
        var isRight = CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(http.Request.Headers[SecretHeader].ToString()));
        return isOne && isRight ? channel : null;
    }

    private static void Later(HttpContext http, TimeSpan pause)
    {
        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        http.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(pause.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
    }

    [LoggerMessage(4431, LogLevel.Warning, "Skipped an update of tenant {Tenant}, channel {Channel} that is not what Telegram's description says")]
    private static partial void LogMalformed(ILogger log, Guid tenant, Guid channel);
}
