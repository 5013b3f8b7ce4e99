using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Telegram.World;

namespace OpenClaw.FakePlatforms.Telegram.Api;

/// <summary>getUpdates and the webhook's methods.</summary>
internal sealed class UpdateMethods(FakeWorld world, WebhookDelivery delivery)
{
    private static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(50);

    public void AddTo(ApiMethods methods)
    {
        methods.Add("getUpdates", GetUpdatesAsync);
        methods.Add("setWebhook", SetWebhookAsync);
        methods.Add("deleteWebhook", DeleteWebhookAsync);
        methods.Add("getWebhookInfo", call => Info(call.Bot));
    }

    private async Task<JsonNode> GetUpdatesAsync(ApiCall call)
    {
        if (call.Bot.Webhook is not null)
            throw Refusal.Conflict("can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first");
        SetAllowed(call);
        var offset = call.Fields.Number("offset") ?? 0;
        var limit = (int)Math.Clamp(call.Fields.Number("limit") ?? 100, 1, 100);
        var timeout = TimeSpan.FromSeconds(Math.Max(0, call.Fields.Number("timeout") ?? 0));
        var turn = call.Bot.Polls.Open();
        try
        {
            return await PollAsync(call, turn, offset, limit, timeout < LongestPoll ? timeout : LongestPoll);
        }
        finally
        {
            call.Bot.Polls.Close(turn);
        }
    }

    private async Task<JsonNode> PollAsync(ApiCall call, PollSlot.Turn turn, long offset, int limit, TimeSpan timeout)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(call.Aborted);
        var expired = timeout > TimeSpan.Zero ? Task.Delay(timeout, world.Time, over.Token) : Task.CompletedTask;
        while (true)
        {
            var next = call.Bot.Updates.Changes.Next;
            if (call.Bot.IsRevoked) throw Refusal.Unauthorized;
            if (turn.Ended.IsCompleted) throw Refusal.Conflict(await turn.Ended);
            var taken = call.Bot.Updates.Take(offset, limit);
            if (taken.Count > 0 || expired.IsCompleted)
            {
                await over.CancelAsync();
                return new JsonArray([.. taken.Select(u => u.Json.DeepClone())]);
            }

            await Task.WhenAny(next, turn.Ended, expired);
            call.Aborted.ThrowIfCancellationRequested();
        }
    }

    private async Task<JsonNode> SetWebhookAsync(ApiCall call)
    {
        if (call["url"] is not { } text) return await DeleteWebhookAsync(call);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http"))
            throw Refusal.Broken("bad webhook: invalid webhook URL specified");
        if (call["secret_token"] is { } secret && (secret.Length > 256 || !secret.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')))
            throw Refusal.Broken("secret token contains unallowed characters");
        SetAllowed(call);
        if (call.Fields.Flag("drop_pending_updates")) call.Bot.Updates.Forget();
        call.Bot.Polls.End("terminated by setWebhook request");
        await RemoveAsync(call.Bot);
        var connections = (int)Math.Clamp(call.Fields.Number("max_connections") ?? 40, 1, 100);
        FakeWebhook webhook = new(url, call["secret_token"], connections, call["ip_address"], call.Fields.File("certificate") is not null);
        call.Bot.Webhook = webhook;
        webhook.Begin(stop => delivery.RunAsync(call.Bot, webhook, stop));
        return true;
    }

    private static async Task<JsonNode> DeleteWebhookAsync(ApiCall call)
    {
        if (call.Fields.Flag("drop_pending_updates")) call.Bot.Updates.Forget();
        await RemoveAsync(call.Bot);
        return true;
    }

    private static async Task RemoveAsync(FakeBot bot)
    {
        var webhook = bot.Webhook;
        bot.Webhook = null;
        if (webhook is not null) await webhook.DisposeAsync();
    }

    private static JsonObject Info(FakeBot bot)
    {
        var webhook = bot.Webhook;
        JsonObject info = new() { ["url"] = webhook?.Url.OriginalString ?? "", ["has_custom_certificate"] = webhook?.HasCertificate ?? false, ["pending_update_count"] = bot.Updates.Count };
        if (bot.Updates.Allowed.Count > 0) info["allowed_updates"] = new JsonArray([.. bot.Updates.Allowed.Select(a => (JsonNode)a)]);
        if (webhook is null) return info;
        info["max_connections"] = webhook.MaxConnections;
        info["ip_address"] = webhook.IpAddress ?? "127.0.0.1";
        if (webhook.LastErrorDate is { } date) (info["last_error_date"], info["last_error_message"]) = (date, webhook.LastError);
        return info;
    }

    /// <summary>Left out: as before. An empty list: the usual types.</summary>
    private static void SetAllowed(ApiCall call)
    {
        if (call.Fields.Json("allowed_updates") is not JsonArray allowed) return;
        List<string> types = [.. allowed.Select(a => (string)a!)];
        if (types.Find(t => !UpdateQueue.Types.Contains(t)) is { } unknown) throw Refusal.Broken($"\"{unknown}\" is not a type of update");
        call.Bot.Updates.Allowed = types;
    }
}
