using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Core.Tests.Fakes;

/// <summary>The guarded HTTP as the gateway builds it, with a list and a resolver of the test's.</summary>
internal sealed class OutgoingCalls : IDisposable
{
    public OutgoingCalls(IHostResolver? resolver, params string[] privateHosts)
    {
        Hosts = new(Parse(privateHosts));
        Connector = new(new OutgoingGuard(Hosts), resolver ?? new SystemResolver(), TimeProvider.System, NullLogger<OutgoingConnector>.Instance);
        Http = new(Connector, Hosts);
    }

    public PrivateHosts Hosts { get; }

    public OutgoingConnector Connector { get; }

    public OutgoingHttp Http { get; }

    public static PrivateHostList Parse(params string[] entries)
    {
        Assert.True(PrivateHostList.TryParse(entries, out var list, out var faults), string.Join("; ", faults));
        return list;
    }

    public async Task<string> GetAsync(string url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        using var response = await Http.SendAsync(request, CancellationToken.None);
        return $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}";
    }

    public void Dispose() => Http.Dispose();
}

/// <summary>DNS whose answers the test gives, one after the other; the last one stays.</summary>
internal sealed class FakeResolver(params string[] answers) : IHostResolver
{
    private int _asked;

    public ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        var answer = answers[Math.Min(_asked++, answers.Length - 1)];
        return new((IReadOnlyList<IPAddress>)[.. answer.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(IPAddress.Parse)]);
    }
}
