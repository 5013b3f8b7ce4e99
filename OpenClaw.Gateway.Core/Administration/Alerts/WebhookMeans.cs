using System.Globalization;
using System.Net.Http.Headers;
using OpenClaw.Gateway.Core.Resilience;
using Polly;
using Polly.Timeout;

namespace OpenClaw.Gateway.Core.Administration.Alerts;

/// <summary>Tells by a POST that is signed as Standard Webhooks say. Any 2xx takes the notice; its body is not read, redirects are not followed.</summary>
internal sealed class WebhookMeans : IAlertMeans
{
    /// <summary>So long one attempt may take.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private readonly OutgoingHttp _http;
    private readonly ResiliencePipeline _limits;

    public WebhookMeans(OutgoingHttp http, TimeProvider time)
    {
        _http = http;
        _limits = new ResiliencePipelineBuilder { TimeProvider = time }.AddTimeout(new TimeoutStrategyOptions { Timeout = Timeout }).Build();
    }

    public string Name => AlertMeans.Webhook;

    public async Task<NoticeResult> SendAsync(AlertNotice notice, IReadOnlyList<string> secrets, CancellationToken cancellationToken)
    {
        try
        {
            return await _limits.ExecuteAsync(async token => await PostAsync(notice, secrets, token), cancellationToken);
        }
        catch (TimeoutRejectedException)
        {
            return new(false, string.Create(CultureInfo.InvariantCulture, $"The endpoint did not answer within {Timeout.TotalSeconds:0} s."));
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or UriFormatException)
        {
            return new(false, DestinationForbiddenException.In(fault)?.Message ?? $"The endpoint could not be reached: {fault.GetBaseException().Message}");
        }
    }

    private async Task<NoticeResult> PostAsync(AlertNotice notice, IReadOnlyList<string> secrets, CancellationToken cancellationToken)
    {
        var body = notice.ToBody();
        using var request = new HttpRequestMessage(HttpMethod.Post, notice.Rule.Target) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = Json;
        var timestamp = notice.At.ToUnixTimeSeconds();
        request.Headers.Add("User-Agent", "OpenClaw-Gateway");
        request.Headers.Add("webhook-id", notice.Id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        if (secrets.Count > 0) request.Headers.Add("webhook-signature", StandardWebhooks.Sign(notice.Id, timestamp, body, [.. secrets]));
        using var response = await _http.SendAsync(request, cancellationToken);
        return response.IsSuccessStatusCode ? new(true) : new(false, string.Create(CultureInfo.InvariantCulture, $"The endpoint answered with HTTP {(int)response.StatusCode}; a 2xx takes a notice."));
    }
}
