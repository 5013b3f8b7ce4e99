using Microsoft.Extensions.DependencyInjection;
using NSubstitute;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Core.Tests.Agents;

public sealed class AgentServicesTests
{
    [Fact]
    public void AddAgents_WithWhatItNeeds_EverythingResolves()
    {
        using var provider = Provider("10.0.0.0/8");

        Assert.NotNull(provider.GetRequiredService<AgentRegistry>());
        Assert.Equal(["a2a", "echo", "openai", "socket", "webhook"], provider.GetServices<IAgentKind>().Select(k => k.Kind).Order());
        Assert.Equal("10.0.0.0/8", Assert.Single(provider.GetRequiredService<IPrivateHosts>().Current.Entries).ToString());
    }

    [Fact]
    public void AddAgents_WrongPrivateHosts_NamesTheKey()
    {
        using var provider = Provider("10.0.0.1/8");

        Assert.Contains("Security:PrivateHosts", Assert.Throws<InvalidOperationException>(() => provider.GetRequiredService<IPrivateHosts>()).Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Provider(string privateHost)
    {
        var blobs = new MemoryBlobs();
        return new ServiceCollection()
            .AddLogging()
            .AddSingleton<TimeProvider>(new TestClock())
            .AddSingleton(Substitute.For<ICatalog>())
            .AddSingleton<IEventBus>(new FakeEvents())
            .AddSingleton<IBlobStore>(blobs)
            .AddSingleton<IFileLinks>(blobs)
            .AddSingleton(new GatewayOptions { PublicUrl = new("https://gateway.example"), DataDirectory = "/nowhere", PrivateHosts = [privateHost] })
            .AddAgents()
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }
}
