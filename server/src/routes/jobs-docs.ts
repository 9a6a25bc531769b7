// What the OpenAPI document says of `/api/jobs` (spec http.md 5).
import { JOB_STATUSES } from '@snug/store';
import { jsonAnswer, type ParameterDoc, type RouteDoc } from '../http/route-doc.ts';
import { schemaRef } from '../openapi/schemas.ts';

const idParameter: ParameterDoc = { description: 'Prompt id' };
const refusal = jsonAnswer('What is wrong with the request', schemaRef('Error'));

const cancelled = jsonAnswer('Whether anything was cancelled', {
  type: 'object',
  required: ['cancelled'],
  properties: { cancelled: { type: 'boolean' } },
});

export const listJobsDoc: RouteDoc = {
  tag: 'jobs',
  summary: 'List jobs that wait, run or ended',
  parameters: {
    status: { description: `Comma list of ${JOB_STATUSES.join(', ')}. Default all` },
    workflow_id: { description: "Only jobs of this editor's document" },
    sort_by: {
      description: 'Default `created_at`',
      schema: { type: 'string', enum: ['created_at', 'execution_duration'] },
    },
    sort_order: { description: 'Default `desc`', schema: { type: 'string', enum: ['asc', 'desc'] } },
    limit: { description: 'Most jobs to answer. Default all', schema: { type: 'integer', minimum: 1 } },
    offset: { description: 'How many to pass over; negative is none', schema: { type: 'integer' } },
  },
  answers: {
    200: jsonAnswer('One page', {
      type: 'object',
      required: ['jobs', 'pagination'],
      properties: {
        jobs: { type: 'array', items: schemaRef('Job') },
        pagination: {
          type: 'object',
          required: ['offset', 'limit', 'total', 'has_more'],
          properties: {
            offset: { type: 'integer' },
            limit: { type: ['integer', 'null'] },
            total: { type: 'integer', description: 'Jobs that the filters leave, on all pages.' },
            has_more: { type: 'boolean' },
          },
        },
      },
    }),
    400: refusal,
  },
};

export const showJobDoc: RouteDoc = {
  tag: 'jobs',
  summary: 'Show one job with its prompt, outputs and events',
  parameters: { id: idParameter },
  answers: {
    200: jsonAnswer('The job', schemaRef('JobDetail')),
    404: jsonAnswer('No job has this id', schemaRef('Error')),
  },
};

export const cancelJobDoc: RouteDoc = {
  tag: 'jobs',
  summary: 'Cancel a job',
  description: 'A waiting job leaves the queue, a running one is interrupted, others are left alone.',
  parameters: { id: idParameter },
  answers: { 200: cancelled },
};

export const cancelJobsDoc: RouteDoc = {
  tag: 'jobs',
  summary: 'Cancel several jobs',
  body: {
    description: 'Ids of the jobs',
    content: {
      'application/json': {
        type: 'object',
        required: ['job_ids'],
        properties: { job_ids: { type: 'array', items: { type: 'string' } } },
      },
    },
  },
  answers: { 200: cancelled, 400: refusal },
};
