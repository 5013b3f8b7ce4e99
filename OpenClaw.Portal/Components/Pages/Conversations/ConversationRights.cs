using OpenClaw.Gateway.Core.Administration;

namespace OpenClaw.Portal.Components.Pages.Conversations;

/// <summary>Who looks at the page. What they do is done with a caller that is asked for anew; the rest is for what is shown.</summary>
/// <param name="Base">Where the tenant's pages begin.</param>
/// <param name="Caller">On whose behalf a step is done.</param>
/// <param name="MayOperate">They may act; else buttons are absent.</param>
/// <param name="Person">Their id.</param>
public sealed record ConversationRights(string Base, Func<Task<Caller>> Caller, bool MayOperate, Guid Person);
