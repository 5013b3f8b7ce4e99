using System.Globalization;
using System.Text;
using OpenClaw.FakePlatforms.Telegram.World;

namespace OpenClaw.FakePlatforms.Telegram.Api;

/// <summary>Posts updates to a webhook, one after the other; what fails is tried again before the next one goes.</summary>
internal sealed class WebhookDelivery(FakeWorld world, TimeSpan backoff) : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(60) };

    public async Task RunAsync(FakeBot bot, FakeWebhook webhook, CancellationToken stop)
    {
        await Task.Yield();
        var wait = backoff;
        try
        {
            while (true)
            {
                var next = bot.Updates.Changes.Next;
                if (bot.Updates.Take(0, 1) is not [var update])
                {
                    await next.WaitAsync(stop);
                    continue;
                }

                if (await PostAsync(webhook, update, stop) is not { } error)
                {
                    if (!update.IsAgain) bot.Updates.Done(update);
                    webhook.Delivered++;
                    wait = backoff;
                    bot.Updates.Changes.Raise();
                    continue;
                }

                (webhook.LastErrorDate, webhook.LastError) = (world.Now, error);
                await Task.Delay(wait, world.Time, stop);
                wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // the webhook is gone
        }
    }

    public void Dispose() => _client.Dispose();

    /// <returns>Telegram's words for what went wrong; null when it went well.</returns>
    private async Task<string?> PostAsync(FakeWebhook webhook, PendingUpdate update, CancellationToken stop)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, webhook.Url) { Content = new StringContent(update.Json.ToJsonString(), Encoding.UTF8, "application/json") };
        if (webhook.Secret is not null) request.Headers.Add("X-Telegram-Bot-Api-Secret-Token", webhook.Secret);
        try
        {
            using var answer = await _client.SendAsync(request, stop);
            return answer.IsSuccessStatusCode
                ? null
                : string.Create(CultureInfo.InvariantCulture, $"Wrong response from the webhook: {(int)answer.StatusCode} {answer.ReasonPhrase}");
        }
        catch (HttpRequestException e)
        {
            return e.HttpRequestError is HttpRequestError.ConnectionError ? "Connection refused" : e.Message;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return "Read timeout expired";
        }
    }
}
