namespace OpenClaw.Portal.Components.Pages.Account;

/// <summary>Marks the pages that tell of faults: they show in every state of the installation.</summary>
internal interface IFaultPage;
