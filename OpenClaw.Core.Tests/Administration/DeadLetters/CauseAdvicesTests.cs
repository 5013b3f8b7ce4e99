using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.DeadLetters;

namespace OpenClaw.Core.Tests.Administration.DeadLetters;

public sealed class CauseAdvicesTests
{
    [Fact]
    public void For_EveryCause_SaysWhatWhyAndWhatToDo()
    {
        Assert.Distinct(DeadLetterCauses.All.Select(c => CauseAdvices.For(c).What));
        foreach (var advice in DeadLetterCauses.All.Select(CauseAdvices.For))
        {
            Assert.All([advice.What, advice.Why, advice.Do], text => Assert.EndsWith(".", text, StringComparison.Ordinal));
            Assert.Contains(advice.Link, new[] { "agent", "channel", "routing", "network", "circuits", "conversation", "none" });
        }
    }
}
